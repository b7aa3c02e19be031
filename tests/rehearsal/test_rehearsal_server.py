"""The rehearsal server: what it declares, remembers, counts and refuses, seen by a real HTTPS client."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from dsr.errors import BadFile, UnknownName, UsageError
from dsr.rehearsal import Rehearsal, reset
from dsr.rehearsal.server import PAIR, SPKI_SHA256
from dsr.resources import folder

SITE = """
hosts = ["site.example"]
[start]
signed_in = true
switch = "on"
export = "none"
[[page]]
path = "/"
file = "page.html"
[[page]]
path = "/deep/*"
file = "page.html"
[[page]]
path = "/look.css"
file = "look.css"
[[action]]
name = "switch"
path = "/rehearsal/switch"
needs = { signed_in = true }
sets = { switch = "$value" }
[[action]]
name = "export"
path = "/rehearsal/export"
refuse = [ { when = { export = "pending" }, status = 409 } ]
sets = { export = "pending" }
[[action]]
name = "plain-note"
path = "/rehearsal/plain-note"
"""


def write_site(place: Path, text: str = SITE) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / "site.toml").write_text(text, encoding="utf-8")
    (place / "page.html").write_text("<!doctype html><title>a page of ours</title>", encoding="utf-8")
    (place / "look.css").write_text("body { color: black }", encoding="utf-8")
    return place


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "state.json"


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=PAIR)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


class Client(HTTPSConnection):
    """A client that believes it talks to the site, over one connection."""

    def __init__(self, port: int, timeout: float = 10) -> None:
        super().__init__("127.0.0.1", port, timeout=timeout, context=trusting())

    def ask(self, method: str, path: str, body: Any = None, host: str = "site.example") -> tuple[HTTPResponse, bytes]:
        sent = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        self.request(method, path, sent, {"Host": host})
        answer = self.getresponse()
        return answer, answer.read()


def ask(played: Rehearsal | int, method: str, path: str, body: Any = None, **rest: Any) -> tuple[int, bytes]:
    client = Client(played if isinstance(played, int) else played.port)
    try:
        answer, content = client.ask(method, path, body, **rest)
        return answer.status, content
    finally:
        client.close()


def saved(memory: Path) -> dict[str, Any]:
    return dict(json.loads(memory.read_bytes()))


def test_the_state_begins_as_the_site_declares(site: Path, memory: Path) -> None:
    """A new rehearsal shows what [start] says, with the changes that `start` makes."""
    with Rehearsal([site], memory, {"export": "pending"}) as played:
        status, content = ask(played, "GET", "/rehearsal/state")
    state = json.loads(content)
    assert status == 200
    assert (state["signed_in"], state["switch"], state["export"]) == (True, "on", "pending")
    assert state == played.state


def test_the_state_file_is_private(site: Path, memory: Path) -> None:
    """Only the person may read what a rehearsal remembers."""
    Rehearsal([site], memory)
    assert memory.exists()
    if os.name == "posix":
        assert memory.stat().st_mode & 0o777 == 0o600
        assert memory.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_run_finds_what_the_first_has_done(site: Path, memory: Path) -> None:
    """State and counters outlive the server; `start` counts only at the first time."""
    with Rehearsal([site], memory) as played:
        assert ask(played, "POST", "/rehearsal/switch", {"value": "off"})[0] == 200
    with Rehearsal([site], memory, {"switch": "on"}) as played:
        assert json.loads(ask(played, "GET", "/rehearsal/state")[1])["switch"] == "off"
        assert played.counts["switch"] == 1


def test_reset_forgets(site: Path, memory: Path) -> None:
    """After a reset the site is as declared, and to reset twice is no error."""
    Rehearsal([site], memory).set(switch="off")
    memory.with_name(memory.name + ".1.new").write_text("left by a process that was killed", encoding="utf-8")
    reset(memory)
    reset(memory)
    assert list(memory.parent.iterdir()) == []
    assert Rehearsal([site], memory).state["switch"] == "on"


def test_a_site_may_grow_while_its_memory_stays(site: Path, memory: Path) -> None:
    """Keys that the site declares later get their first value, and keys it dropped are forgotten."""
    Rehearsal([site], memory).set(switch="off")
    write_site(site, SITE.replace('export = "none"', 'export = "none"\nnewer = 3').replace("true", "1"))
    state = Rehearsal([site], memory).state
    assert (state["switch"], state["newer"], state["signed_in"]) == ("off", 3, 1)


def test_a_damaged_memory_is_named(site: Path, memory: Path) -> None:
    """A state file that cannot be read is refused with its path and the way out."""
    memory.parent.mkdir()
    memory.write_text('{"state": {"switch": ', encoding="utf-8")
    with pytest.raises(BadFile, match=r"state\.json") as caught:
        Rehearsal([site], memory)
    assert caught.value.hint == "dsr rehearse reset"


def test_every_call_is_counted_twice(site: Path, memory: Path) -> None:
    """An action counts by its request and by its name, refused ones apart."""
    with Rehearsal([site], memory) as played:
        assert [ask(played, "POST", "/rehearsal/export")[0] for _ in range(3)] == [200, 409, 409]
        assert played.counts == {"POST site.example /rehearsal/export": 3, "export": 1, "export.refused": 2}
        assert played.log == [("POST", "site.example", "/rehearsal/export")] * 3


def test_counters_are_on_disk_before_the_answer(site: Path, memory: Path) -> None:
    """A server that is killed the moment it has answered has lost nothing."""
    program = (
        "import sys; from pathlib import Path; from dsr.rehearsal import Rehearsal\n"
        "with Rehearsal([Path(sys.argv[1])], Path(sys.argv[2])) as played:\n"
        "    print(played.port, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(site), str(memory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            assert ask(port, "POST", "/rehearsal/switch", {"value": "off"})[0] == 200
        finally:
            process.kill()
    kept = Rehearsal([site], memory)
    assert (kept.state["switch"], kept.counts["switch"]) == ("off", 1)


def test_who_is_signed_out_is_refused(site: Path, memory: Path) -> None:
    """An action whose needs are not met answers 401, counts as refused and changes nothing."""
    with Rehearsal([site], memory, {"signed_in": False}) as played:
        assert ask(played, "POST", "/rehearsal/switch", {"value": "off"})[0] == 401
    assert (played.state["switch"], played.counts["switch.refused"], played.counts.get("switch")) == (
        "on",
        1,
        None,
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", {"value": 1}, {"value": None}, {"other": "off"}])
def test_a_body_that_fits_not_is_refused(site: Path, memory: Path, body: Any) -> None:
    """A value of another type, or none, is a 400 that changes nothing and is counted."""
    with Rehearsal([site], memory) as played:
        assert ask(played, "POST", "/rehearsal/switch", body)[0] == 400
    assert (played.state["switch"], played.counts["switch.refused"]) == ("on", 1)


@pytest.mark.parametrize(("length", "status"), [("x", 411), ("-1", 411), ("9" * 5000, 411), ("2000000", 413)])
def test_a_length_that_cannot_be_is_refused(site: Path, memory: Path, length: str, status: int) -> None:
    """A body of unknown or monstrous length is not read."""
    with Rehearsal([site], memory) as played:
        client = Client(played.port)
        client.request("POST", "/rehearsal/switch", headers={"Host": "site.example", "Content-Length": length})
        assert client.getresponse().status == status
        client.close()
    assert played.counts == {}


def test_unknown_hosts_are_foreign(site: Path, memory: Path) -> None:
    """A host that nobody plays gets 421 and is counted as foreign, whatever it asks for."""
    with Rehearsal([site], memory) as played:
        for host in ("other.example", "site.example.other.example", ""):
            assert ask(played, "POST", "/rehearsal/export", host=host)[0] == 421
        assert ask(played, "GET", "/", host="SITE.example:443")[0] == 200
    assert played.counts == {"foreign host": 3, "GET site.example /": 1}


def test_unknown_paths_are_404(site: Path, memory: Path) -> None:
    """What the site does not name is 404 and counted, also another method and a way out of the folder."""
    asked = [
        ("GET", "/nothing"),
        ("POST", "/"),
        ("PUT", "/rehearsal/export"),
        ("GET", "/../site.toml"),
        ("GET", "/deep"),
    ]
    with Rehearsal([site], memory) as played:
        assert {ask(played, method, path)[0] for method, path in asked} == {404}
    assert played.counts["unknown path"] == 5
    assert played.state["export"] == "none"


def test_pages_are_served_by_their_kind(site: Path, memory: Path) -> None:
    """A page answers its path or pattern, with its type and never to be kept, over one connection."""
    with Rehearsal([site], memory) as played:
        client = Client(played.port)
        answer, content = client.ask("GET", "/deep/down?x=1")
        connection = client.sock
        assert b"a page of ours" in content
        assert answer.getheader("Content-Type") == "text/html; charset=utf-8"
        assert answer.getheader("Cache-Control") == "no-store"
        answer, _ = client.ask("GET", "/look.css")
        assert answer.getheader("Content-Type") == "text/css; charset=utf-8"
        assert client.sock is connection
        client.close()


@pytest.mark.parametrize(
    ("fault", "status", "kept"),
    [
        ("500", 500, "on"),
        ("429", 429, "on"),
        ("200-reverted", 200, "on"),
        ("late:0.05", 200, "off"),
        ("", 200, "off"),
    ],
)
def test_a_fault_decides_what_is_kept(site: Path, memory: Path, fault: str, status: int, kept: str) -> None:
    """A failing site keeps nothing, a late one keeps it, a lying one answers well and keeps nothing."""
    with Rehearsal([site], memory, {"fault_switch": fault}) as played:
        assert ask(played, "POST", "/rehearsal/switch", {"value": "off"})[0] == status
    assert played.state["switch"] == kept
    assert played.counts["switch" if status == 200 else "switch.refused"] == 1


@pytest.mark.parametrize("fault", ["never", "late:3600"])
def test_an_answer_that_does_not_come_was_counted(site: Path, memory: Path, fault: str) -> None:
    """Where no answer comes the deed is on disk, others are served, and the server stops at once."""
    with Rehearsal([site], memory) as played:
        played.set(fault_switch=fault)
        client = Client(played.port, timeout=0.5)
        with pytest.raises(TimeoutError):
            client.ask("POST", "/rehearsal/switch", {"value": "off"})
        assert saved(memory)["counts"]["switch"] == 1
        assert saved(memory)["state"]["switch"] == "off"
        assert ask(played, "GET", "/")[0] == 200
    client.close()


def test_the_fault_of_a_name_with_a_dash(site: Path, memory: Path) -> None:
    """`fault_` takes the action's name with dashes or underscores, and a number as well as a text."""
    with Rehearsal([site], memory, {"fault_plain-note": "429"}) as played:
        assert ask(played, "POST", "/rehearsal/plain-note")[0] == 429
        played.set(fault_plain_note=500)
        assert ask(played, "POST", "/rehearsal/plain-note")[0] == 500


def test_a_late_page_is_late_for_documents_only(site: Path, memory: Path) -> None:
    """`first_byte_late` holds back documents, not what they load."""
    with Rehearsal([site], memory, {"first_byte_late": 3600}) as played:
        client = Client(played.port, timeout=0.5)
        with pytest.raises(TimeoutError):
            client.ask("GET", "/")
        client.close()
        assert ask(played, "GET", "/look.css")[0] == 200


@pytest.mark.parametrize("how", [301, "302", "307", "js", "meta"])
def test_documents_can_be_sent_elsewhere(site: Path, memory: Path, how: int | str) -> None:
    """`redirect_to` moves every document but the one it names, and nothing else."""
    to = 'https://site.example/deep/end?a=1&b="</script>'
    with Rehearsal([site], memory, {"redirect_to": to, "redirect_how": how}) as played:
        client = Client(played.port)
        answer, content = client.ask("GET", "/")
        if str(how).isdigit():
            assert (answer.status, answer.getheader("Location")) == (int(how), to)
        else:
            assert answer.status == 200
            assert b"a page of ours" not in content
            assert content.count(b"</script>") == (how == "js")
        assert b"a page of ours" in client.ask("GET", "/deep/end")[1]
        assert client.ask("GET", "/look.css")[0].status == 200
        client.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"swich": "off"},
        {"fault_swich": "500"},
        {"fault_switch": "503"},
        {"fault_switch": "late:"},
        {"switch": False},
        {"signed_in": 1},
        {"redirect_how": 303},
        {"page_status": 404},
        {"session_ends": "later"},
        {"reauth": "fingerprint"},
    ],
)
def test_a_change_that_cannot_be_is_refused(site: Path, memory: Path, changes: dict[str, Any]) -> None:
    """A mistyped key or value is an error at once and changes nothing, from `start` as from `set`."""
    played = Rehearsal([site], memory)
    before = played.state
    with pytest.raises((UnknownName, UsageError)):
        played.set(**changes, export="pending")
    with pytest.raises((UnknownName, UsageError)):
        Rehearsal([site], memory, changes)
    assert played.state == before


def test_twenty_at_once_are_counted_exactly(site: Path, memory: Path) -> None:
    """Of twenty parallel exports one is accepted, and no call is lost."""
    together = threading.Barrier(20)

    def press(path: str) -> int:
        together.wait(10)
        return ask(played, "POST", path)[0]

    with Rehearsal([site], memory) as played, ThreadPoolExecutor(20) as pool:
        exports = list(pool.map(press, ["/rehearsal/export"] * 20))
        notes = list(pool.map(press, ["/rehearsal/plain-note"] * 20))
    assert (sorted(exports), notes) == ([200] + [409] * 19, [200] * 20)
    counts = saved(memory)["counts"]
    assert (counts["export"], counts["export.refused"], counts["plain-note"]) == (1, 19, 20)
    assert counts["POST site.example /rehearsal/export"] == 20


def test_half_open_connections_hold_up_nobody(site: Path, memory: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A client that never shakes hands, one that talks nonsense and one that leaves early disturb nobody."""
    with Rehearsal([site], memory) as played:
        silent = [socket.create_connection(("127.0.0.1", played.port)) for _ in range(3)]
        silent[1].sendall(b"GET / HTTP/1.1\r\n\r\n")
        early = Client(played.port)
        early.putrequest("POST", "/rehearsal/export", skip_host=True)
        early.putheader("Host", "site.example")
        early.putheader("Content-Length", "10")
        early.endheaders(b"{")
        early.close()
        assert ask(played, "GET", "/")[0] == 200
    for connection in silent:
        connection.close()
    assert played.counts == {"GET site.example /": 1}
    assert capfd.readouterr() == ("", "")


def test_the_server_leaves_nothing_behind(site: Path, memory: Path) -> None:
    """After the end no thread is left, the port is closed, and asking for it is an error."""
    threads = threading.active_count()
    with Rehearsal([site], memory) as played:
        port = played.port
        client = Client(port)
        client.ask("GET", "/")
    assert threading.active_count() == threads
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with pytest.raises(RuntimeError):
        _ = played.port
    client.close()


TWO_HOSTS = """
hosts = ["site.example", "other.example"]
session = ["signed_in", "verified"]
assets = "/rehearsal/"
[start]
signed_in = true
verified = false
mail = ""
kind = ""
[choice]
kind = ["", "access", "erasure"]
[[page]]
path = "/"
host = "site.example"
file = "page.html"
[[page]]
path = "/*"
host = "other.example"
file = "page.html"
[[action]]
name = "switch"
path = "/rehearsal/act"
host = "site.example"
needs = { signed_in = true }
[[action]]
name = "mail"
path = "/rehearsal/act"
host = "other.example"
sets = { mail = "$address", kind = "$kind" }
[[action]]
name = "answer"
path = "/rehearsal/answer"
sets = { reauth = "" }
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return write_site(tmp_path / "two", TWO_HOSTS)


def test_each_host_of_a_site_has_its_own_paths(two: Path, memory: Path) -> None:
    """A page or action of one host is not on the other; state, counters and assets are shared."""
    (two / "secret.txt").touch()
    with Rehearsal([two], memory) as played:
        hosts = {"host": "site.example"}, {"host": "other.example"}
        assert [ask(played, "GET", "/deep", **host)[0] for host in hosts] == [404, 200]
        assert [ask(played, "GET", "/rehearsal/look.css", **host)[0] for host in hosts] == [200, 200]
        assert ask(played, "GET", "/rehearsal/look.css", **hosts[1])[1].startswith(b"body")
        for path in ("secret.txt", "site.toml", "../site.toml", "gone.js", ""):
            assert ask(played, "GET", f"/rehearsal/{path}", **hosts[0])[0] == 404
        assert ask(played, "POST", "/rehearsal/act", **hosts[0])[0] == 200
        posted = {"address": "ada@example.org", "kind": "access"}
        assert ask(played, "POST", "/rehearsal/act", posted, **hosts[1])[0] == 200
    assert (played.counts["switch"], played.counts["mail"]) == (1, 1)
    assert (played.state["mail"], played.state["kind"]) == ("ada@example.org", "access")


def test_a_choice_takes_its_values_only(two: Path, memory: Path) -> None:
    """A value that is none of the choice is refused, posted as well as set."""
    with Rehearsal([two], memory) as played:
        posted = {"address": "ada@example.org", "kind": "acces"}
        assert ask(played, "POST", "/rehearsal/act", posted, host="other.example")[0] == 400
        with pytest.raises(UsageError, match="kind"):
            played.set(kind="acces")
    assert (played.state["mail"], played.state["kind"]) == ("", "")


def test_it_begins_again_while_it_runs(two: Path, memory: Path) -> None:
    """A reset brings back the declared state with the changes asked for, no counts and no log; a bad one changes nothing."""
    with Rehearsal([two], memory) as played:
        assert ask(played, "POST", "/rehearsal/act", host="site.example")[0] == 200
        played.set(mail="x", redirect_to="https://site.example/")
        with pytest.raises(UnknownName):
            played.reset(mial="y")
        assert played.counts["switch"] == 1
        port = played.port
        played.reset(kind="erasure")
        assert (played.counts, played.log, played.port) == ({}, [], port)
        assert (played.state["mail"], played.state["kind"], played.state["redirect_to"]) == ("", "erasure", "")
        assert saved(memory) == {"state": played.state, "counts": {}}
        assert ask(played, "POST", "/rehearsal/act", host="site.example")[0] == 200
        assert played.counts["switch"] == 1


def test_resets_and_posts_may_cross(two: Path, memory: Path) -> None:
    """However presses and resets cross, the state stays whole and what came after the last reset is counted."""
    with Rehearsal([two], memory) as played, ThreadPoolExecutor(8) as pool:
        pressed = [pool.submit(ask, played, "POST", "/rehearsal/act", host="site.example") for _ in range(24)]
        for _ in range(24):
            played.reset(kind="access")
        assert {one.result()[0] for one in pressed} == {200}
        played.reset()
        assert ask(played, "POST", "/rehearsal/act", host="site.example")[0] == 200
    assert saved(memory)["counts"] == {"POST site.example /rehearsal/act": 1, "switch": 1}


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("", ["200", "200", "in", "in"]),
        ("before", ["401", "401", "out", "out"]),
        ("after-open", ["401", "401", "in", "out"]),
        ("after-press", ["200", "401", "in", "out"]),
        ("at-verify", ["200", "200", "in", "out"]),
    ],
)
@pytest.mark.parametrize("reauth", ["", "password"])
def test_a_session_ends_at_its_moment_once(two: Path, memory: Path, moment: str, told: list[str], reauth: str) -> None:
    """The first document, two presses and another document meet the session as it is then, or are asked who they are."""

    def show() -> str:
        assert ask(played, "GET", "/", host="site.example")[0] == 200
        asked = bool(played.state["reauth"]) and not played.state["session_ends"]
        return "out" if asked or not played.state["signed_in"] else "in"

    with Rehearsal([two], memory, {"session_ends": moment, "verified": True}) as played:
        if reauth and moment:
            played.set(reauth=reauth)
        first = show()
        presses = [str(ask(played, "POST", "/rehearsal/act", host="site.example")[0]) for _ in range(2)]
        assert [*presses, first, show()] == told
        if moment:
            assert played.state["session_ends"] == ""
            assert played.state["verified"] is played.state["signed_in"] is bool(reauth)
            assert ask(played, "POST", "/rehearsal/answer", host="site.example")[0] == 200
            played.set(signed_in=True)
            assert ask(played, "POST", "/rehearsal/act", host="site.example")[0] == 200
            assert show() == "in"


def test_a_site_may_send_everybody_away(site: Path, memory: Path) -> None:
    """`page_status` answers documents only, and says with 429 and 503 when to come back, as a faulty action does."""
    with Rehearsal([site], memory, {"page_status": 503, "retry_after": 7, "fault_export": "429"}) as played:
        client = Client(played.port)
        answer, _ = client.ask("GET", "/")
        assert (answer.status, answer.getheader("Retry-After")) == (503, "7")
        answer, _ = client.ask("POST", "/rehearsal/export")
        assert (answer.status, answer.getheader("Retry-After")) == (429, "7")
        assert client.ask("GET", "/look.css")[0].status == 200
        played.set(page_status=500)
        answer, _ = client.ask("GET", "/")
        assert (answer.status, answer.getheader("Retry-After")) == (500, None)
        client.close()


def test_two_sites_are_played_together(tmp_path: Path, site: Path, memory: Path) -> None:
    """A second site has its own host and counters, and Chromium is told of both and of nobody else."""
    other = write_site(
        tmp_path / "other",
        'hosts = ["a.example", "b.example"]\n[[page]]\npath = "/*"\nfile = "page.html"\n'
        '[[action]]\nname = "lure"\npath = "/rehearsal/export"\n',
    )
    with Rehearsal([site, other], memory) as played:
        assert ask(played, "POST", "/rehearsal/export", host="b.example")[0] == 200
        rules = ",".join(f"MAP {host} 127.0.0.1:{played.port}" for host in ("site.example", "a.example", "b.example"))
        assert played.browser_args[0] == f"--host-resolver-rules={rules},MAP * ~NOTFOUND"
    assert played.counts == {"POST b.example /rehearsal/export": 1, "lure": 1}


@pytest.mark.parametrize("said", ['hosts = ["site.example"]', 'hosts = ["x.example"]\n[start]\nswitch = "on"'])
def test_two_sites_cannot_own_the_same_thing(tmp_path: Path, site: Path, memory: Path, said: str) -> None:
    """A host or a key that two sites declare is refused by name."""
    with pytest.raises(BadFile, match=r"another site declares: (site\.example|switch)$"):
        Rehearsal([site, write_site(tmp_path / "other", said)], memory)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('hosts = ["site.example"]', "hosts = []", "hosts"),
        ('hosts = ["site.example"]', 'hosts = ["Site.example"]', "'Site.example'"),
        ('hosts = ["site.example"]', 'hosts = ["site.example"]\nhost = 1', "`host`"),
        ('hosts = ["site.example"]', 'hosts = ["site.example"]\nfolder = "x"', "`folder`"),
        ('name = "export"', 'name = "export"\nsleeps = 3', r"`sleeps` - at `\$\.action\[1\]`"),
        ('name = "export"', 'name = "export"\nmethod = "GET"', r"\$\.action\[1\]\.method"),
        ('name = "export"', 'name = "switch"', r"action\[1\]\.name: 'switch'"),
        ('name = "export"', 'name = "Export"', r"action\[1\]\.name: 'Export'"),
        ('path = "/rehearsal/export"', 'path = "export"', r"action\[1\]\.path"),
        ("needs = { signed_in = true }", "needs = { signed_out = true }", "'signed_out' is not in"),
        ("needs = { signed_in = true }", 'needs = { signed_in = "yes" }', "'signed_in' is 'yes'"),
        ("status = 409", "status = 200", r"action\[1\]\.refuse: status 200"),
        ('export = "none"', 'export = ["none"]', r"\$\.start"),
        ('export = "none"', 'export-state = "none"', "'export-state' is no name"),
        ('export = "none"', 'redirect_to = "x"', "'redirect_to' is in every state already"),
        ("[start]", 'session = ["export"]\n[start]', "session: 'export' is no true or false"),
        ("[start]", "[choice]\nexport = ['pending']\n[start]", "choice: 'export' begins as 'none'"),
        ("[start]", "[choice]\nwish = ['x']\n[start]", r"choice: 'wish' is not in \[start\]"),
        ('file = "look.css"', 'file = "look.css"\nhost = "b.example"', r"page\[2\]\.host: 'b\.example'"),
        ('name = "export"', 'name = "export"\nhost = "b.example"', r"action\[1\]\.host: 'b\.example'"),
        ('file = "look.css"', 'file = "gone.css"', r"page\[2\]\.file: 'gone\.css'"),
        ('file = "look.css"', 'file = "../x.css"', r"page\[2\]\.file: '\.\./x\.css'"),
        ('path = "/look.css"', 'path = "look.css"', r"page\[2\]\.path"),
        ("[start]", "[start", "site.toml"),
    ],
)
def test_a_bad_site_is_refused_by_key(site: Path, memory: Path, old: str, new: str, named: str) -> None:
    """A site file with a mistake is refused, naming the file and the place."""
    (site.parent / "x.css").touch()
    write_site(site, SITE.replace(old, new, 1))
    with pytest.raises(BadFile, match=named) as caught:
        Rehearsal([site], memory)
    assert "site.toml" in caught.value.message
    assert not memory.exists()


def test_all_mistakes_of_a_site_are_told_at_once(site: Path, memory: Path) -> None:
    """Every problem of a site file is in one message."""
    write_site(site, SITE.replace("look.css", "gone.css").replace("status = 409", "status = 1"))
    with pytest.raises(BadFile, match=r"status 1 .*gone\.css"):
        Rehearsal([site], memory)


def test_a_folder_without_a_site_is_refused(tmp_path: Path, memory: Path) -> None:
    """A folder that holds no site.toml is named."""
    with pytest.raises(BadFile, match=r"site\.toml: cannot be read"):
        Rehearsal([tmp_path], memory)


def test_the_key_pair_is_the_one_that_chromium_accepts() -> None:
    """The committed pair fits its hash, says that it is public, lasts until 2126 and may sign nothing."""
    pem = PAIR.read_bytes()
    certificate = x509.load_pem_x509_certificate(pem)
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert load_pem_private_key(pem, None).public_key() == certificate.public_key()
    assert base64.b64encode(hashlib.sha256(spki).digest()).decode() == SPKI_SHA256
    assert pem.startswith(b"# Public on purpose")
    assert certificate.not_valid_after_utc.year == 2126
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


@pytest.mark.parametrize("site", sorted(folder("playbooks").glob("*/rehearsal")), ids=lambda place: place.parent.name)
def test_every_rehearsal_we_ship_can_be_played(site: Path, memory: Path) -> None:
    """Every site we ship reads, answers its pages, and each page says that it is a rehearsal of ours."""
    with Rehearsal([site], memory) as played:
        host = played.browser_args[0].split()[1]
        assert ask(played, "GET", "/", host=host)[0] == 200
    for page in {*site.glob("*.*")} - {site / "flows.toml"}:  # which no browser is served
        assert "dsr's rehearsal" in page.read_text(encoding="utf-8"), page.name
