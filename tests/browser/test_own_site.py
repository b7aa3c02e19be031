"""`dsr playbook run PATH` on a site of one's own: plain http on this machine, whose counters are the oracle."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from test_killed import Machine

from dsr import config
from dsr.browser import lock
from dsr.browser.find import browser
from dsr.browser.session import profile
from dsr.cases import solo
from dsr.cases.desk import Desk
from dsr.cases.matrix import run as matrix
from dsr.model import Outcome
from dsr.playbook import shelf
from dsr.store import Ledger

pytestmark = pytest.mark.browser
Dsr = Callable[..., Any]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
QUIET = ("--headless", "--yes", "--json")

SETTINGS = """<!doctype html><html lang="en"><title>Settings</title>
<h1>Data controls</h1><p>Signed in as {who}</p>
<button role="switch" aria-checked="{on}" data-testid="improve-model-toggle" aria-label="{label}">o</button>
<script>
  const node = document.querySelector("button");
  node.onclick = async () => {{
    await fetch("/training", {{ method: "POST", body: "off" }});
    node.setAttribute("aria-checked", "false");
  }};
</script>"""
FORM = """<!doctype html><html lang="en"><title>Request</title>
<h1>{heading}</h1>
<form><label>E-mail <input type="email" name="email"></label><button>Send request</button></form><p role="status"></p>
<script>
  document.querySelector("form").onsubmit = async (event) => {{
    event.preventDefault();
    const answer = await fetch("/request", {{ method: "POST", body: new URLSearchParams(new FormData(event.target)) }});
    document.querySelector("[role=status]").textContent = answer.ok ? "We have your request, number R-77X." : "No.";
  }};
</script>"""
LOGIN = """<!doctype html><html lang="en"><title>Log in</title><button>Log in</button>"""

# The sample of DESIGN section 5, word for word but for the addresses.
SAMPLE = """
schema = 1
id = "openai/training-opt-out"
effect = "reversible"                 # read | reversible | submit | destructive
origins = ["{origin}"]     # dsr acts only here
discloses = []                        # subject fields that this playbook may type
verified = []                         # {{on, locale, region}}: a person saw it work live
source = "https://help.openai.com/..."

[control.training]
role = ["switch"]
testid = ["improve-model-toggle"]     # may locate, never authorises
names = [ {{ locale = "en", text = "Improve the model for everyone", on = "opted-in", off = "opted-out" }} ]

[[step]]
do = "ensure"
control = "training"
state = "opted-out"

[verify]                              # by: page | account-gone | email | none (none caps the outcome at accepted)
by = "page"                           # runs first (already done?), last, and on resume; always on a fresh load
goto = "{origin}/settings/data-controls"
control = "training"
state = "opted-out"
recheck_after = "P30D"
"""
REQUEST = """
schema = 1
id = "acme/request"
effect = "submit"
origins = ["{origin}"]
does = "asks for your data"
discloses = ["email"]

[control.email]
role = ["textbox"]
names = [{{ locale = "en", text = "E-mail" }}]

[control.send]
role = ["button"]
names = [{{ locale = "en", text = "Send request" }}]

[control.sent]
role = ["status"]
by = "text"
names = [{{ locale = "en", text = "We have your request", prefix = true }}]

[control.listed]
role = ["heading"]
names = [{{ locale = "en", text = "Your request is on its way" }}]

[[step]]
do = "goto"
url = "{origin}/request"

[[step]]
do = "fill"
control = "email"
field = "email"

[[step]]
do = "submit"
control = "send"
accepted = "sent"
reference = "sent"

[verify]
"""
BY_NONE = 'by = "none"\n'
BY_PAGE = 'by = "page"\ngoto = "{origin}/request"\ncontrol = "listed"\n'
SERVICE = """
schema = 1
controller = "acme"
name = "Acme"
sign_in = "{origin}/login"
signed_in = "training"
signed_out = "log-in"

[terms]
automation = "allowed"
clause = "it is our own"
source = "ourselves"
date = 2026-01-01

[control.log-in]
role = ["button"]
names = [{{ locale = "en", text = "Log in" }}]
fact = "ourselves"

[control.training]
role = ["switch"]
names = [{{ locale = "en", text = "Improve the model for everyone", on = "opted-in", off = "opted-out" }}]
fact = "ourselves"
"""


class Site(ThreadingHTTPServer):
    """A site of one's own. `counts` is what it was asked, `bodies` what it was sent, `headers` what came last."""

    daemon_threads = True

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.bodies: list[dict[str, list[str]]] = []
        self.on = True
        self.requested = False
        self.label = "Improve the model for everyone"
        self.closed = False  # to those without a session
        self.sends_to = ""
        super().__init__(("127.0.0.1", 0), Visit)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Visit(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        site = self.server
        site.counts[f"GET {self.path}"] += 1
        if site.sends_to:
            self.answer("", 302, Location=site.sends_to)
        elif site.closed and "sid=s3cret" not in self.headers.get("Cookie", ""):
            self.answer(LOGIN)
        elif self.path.startswith("/settings"):
            who = "ada@example.org, born 1815"
            self.answer(SETTINGS.format(on=str(site.on).lower(), label=site.label, who=who))
        elif self.path == "/request":
            self.answer(FORM.format(heading="Your request is on its way" if site.requested else "Ask for your data"))
        else:
            self.answer("<!doctype html><title>Nothing</title>", 404)

    def do_POST(self) -> None:
        site = self.server
        site.counts[f"POST {self.path}"] += 1
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        site.bodies.append(parse_qs(body))
        site.on = site.on and self.path != "/training"
        site.requested = site.requested or self.path == "/request"
        self.answer("taken")

    def answer(self, text: str, status: int = 200, **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def sample(site: Site, tmp_path: Path) -> Path:
    """The sample, alone in a folder."""
    path = tmp_path / "alone" / "sample.toml"
    path.parent.mkdir()
    path.write_text(SAMPLE.format(origin=site.origin), encoding="utf-8")
    return path


def request_file(site: Site, folder: Path, verify: str) -> Path:
    path = folder / "request.toml"
    path.write_text((REQUEST + verify).format(origin=site.origin), encoding="utf-8")
    return path


def test_the_sample_of_the_design(dsr: Dsr, site: Site, sample: Path, home: Path) -> None:
    """One file, no service, no case and no profile: verified with one press and its evidence; again: already done, no press."""
    told = dsr("playbook", "run", str(sample), *QUIET)
    data = told.json()["data"]
    assert (told.exit_code, data["outcome"], data["commits"]) == (0, "verified", 1)
    assert site.counts["POST /training"] == 1
    assert {kept["kind"] for kept in data["evidence"]} >= {"snapshot-before", "screenshot-verified"}
    for kept in data["evidence"]:
        path = Path(data["home"]) / kept["path"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == kept["sha256"]
        assert path.stat().st_mode & 0o777 == 0o600
    assert (data["disclosed"], data["degraded"], data["reference"]) == ([], [], "")
    again = dsr("playbook", "run", str(sample), "--no-evidence", *QUIET)
    data = again.json()["data"]
    assert (again.exit_code, data["outcome"], data["commits"], data["evidence"]) == (0, "already-done", 0, [])
    assert site.counts["POST /training"] == 1
    assert dsr("list", "--json").json()["data"]["rows"] == []
    assert len(list((home / "browser").iterdir())) == 1


def test_a_switch_with_another_name(dsr: Dsr, site: Site, sample: Path) -> None:
    """A label that nobody knows: 13, nothing is posted, and what was seen is told."""
    site.label = "Improve nothing"
    told = dsr("playbook", "run", str(sample), *QUIET)
    assert (told.exit_code, told.json()["data"]["outcome"]) == (13, "drifted")
    assert "Improve nothing" in told.json()["data"]["note"]
    assert site.counts["POST /training"] == 0


def test_a_redirect_to_another_origin(dsr: Dsr, site: Site, sample: Path) -> None:
    """A page that goes where the playbook may not act ends the run; nothing is posted anywhere."""
    with Site() as other:
        thread = threading.Thread(target=other.serve_forever, args=(0.05,))
        thread.start()
        site.sends_to = f"{other.origin}/settings/data-controls"
        told = dsr("playbook", "run", str(sample), *QUIET)
        other.shutdown()
        thread.join()
    assert (told.exit_code, told.json()["data"]["commits"]) == (13, 0)
    assert other.origin in told.json()["data"]["note"]
    assert site.counts["POST /training"] == other.counts["POST /training"] == 0


def test_a_form(dsr: Dsr, site: Site, tmp_path: Path, person_profile: None) -> None:
    """A submit shows each field with its recipient before it asks, types it once, and keeps the site's number."""
    path = request_file(site, tmp_path, BY_NONE)
    asked = dsr("playbook", "run", str(path), "--headless", "--json")
    assert (asked.exit_code, asked.json()["error"]["kind"]) == (10, "person-needed")
    assert any("your email: ada@example.org" in line and "127.0.0.1" in line for line in asked.json()["messages"])
    assert site.counts == {}
    told = dsr("playbook", "run", str(path), *QUIET)
    data = told.json()["data"]
    assert (told.exit_code, data["outcome"], data["commits"], data["disclosed"]) == (0, "accepted", 1, ["email"])
    assert data["reference"] == "R-77X"
    assert site.bodies == [{"email": ["ada@example.org"]}]


def test_a_session_may_be_handed_over(dsr: Dsr, site: Site, tmp_path: Path) -> None:
    """Signed out is 10; with a storage state the same file is done; what is no storage state is refused before anything."""
    site.closed = True
    folder = tmp_path / "own" / "acme"
    folder.mkdir(parents=True)
    (folder / "service.toml").write_text(SERVICE.format(origin=site.origin), encoding="utf-8")
    text = SAMPLE.format(origin=site.origin).replace("openai/training-opt-out", "acme/opt-out")
    (folder / "opt-out.toml").write_text(text, encoding="utf-8")
    run = ("playbook", "run", "acme/opt-out", "--playbooks", str(tmp_path / "own"), "--no-evidence")
    out = dsr(*run, *QUIET)
    assert (out.exit_code, out.json()["data"]["outcome"]) == (10, "signed-out")
    doctor = dsr("playbook", "doctor", *run[2:-1], "--headless", "--json")
    assert doctor.exit_code == 10
    assert {row["status"] for row in doctor.json()["data"]["rows"]} == {"SIGNED-OUT"}
    cookie = {"name": "sid", "value": "s3cret", "domain": "127.0.0.1", "path": "/", "expires": -1}
    state = tmp_path / "state.json"
    for bad in (b"", b"[]", b'{"cookies": 1}', b"\xff"):
        state.write_bytes(bad)
        assert dsr(*run, "--import-state", str(state), *QUIET).exit_code == 11
    assert dsr(*run, "--import-state", str(tmp_path / "none.json"), *QUIET).exit_code == 11
    state.write_text(json.dumps({"cookies": [cookie], "origins": []}), encoding="utf-8")
    told = dsr(*run, "--import-state", str(state), *QUIET)
    assert (told.exit_code, told.json()["data"]["outcome"], site.counts["POST /training"]) == (0, "verified", 1)


class Present:
    """Somebody at the terminal who says yes; what was asked is kept."""

    present = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def tell(self, text: str) -> None:
        self.asked.append(text)

    def confirm(self, question: str) -> bool:
        self.asked.append(question)
        return True

    def ask(self, question: str, default: str = "") -> str:
        self.asked.append(question)
        return default


def test_unclear_terms_are_agreed_to_once(dsr: Dsr, site: Site, tmp_path: Path, home: Path) -> None:
    """A person reads unclear terms before the first run; after that --yes will do, until the terms change."""
    path = tmp_path / "acme" / "opt-out.toml"
    path.parent.mkdir()
    path.write_text(
        SAMPLE.format(origin=site.origin).replace("openai/training-opt-out", "acme/opt-out"), encoding="utf-8"
    )
    service = path.with_name("service.toml")
    terms = SERVICE.format(origin=site.origin).replace('"allowed"', '"unclear"')
    service.write_text(terms, encoding="utf-8")
    run = ("playbook", "run", str(path), "--no-evidence", *QUIET)
    assert dsr(*run).exit_code == 10
    assert site.counts == {}
    person = Present()
    with Ledger(config.private(home)) as ledger:
        desk = Desk(home=home, ledger=ledger, person=person, now=lambda: NOW, today=NOW.date(), yes=True)
        entry = shelf.find(str(path))
        asked = solo.prepared(desk, entry, *shelf.opened(entry), typed="x", headless=True, evidence=False)
        report, _ = solo.run(asked)
    assert report.outcome == Outcome.VERIFIED
    assert [line for line in person.asked if "not clear on that" in line]
    again = dsr(*run)
    assert (again.exit_code, again.json()["data"]["outcome"]) == (0, "already-done")
    service.write_text(terms.replace("2026-01-01", "2026-11-01"), encoding="utf-8")
    assert dsr(*run).exit_code == 10
    service.write_text(terms.replace('"unclear"', '"forbidden"'), encoding="utf-8")
    assert dsr(*run).exit_code == dsr("playbook", "doctor", str(path), "--headless").exit_code == 11
    assert site.counts["POST /training"] == 1


def test_a_person_step_without_a_person(dsr: Dsr, site: Site, tmp_path: Path, person_profile: None) -> None:
    """Headless, a step that is the person's ends the run with 10; nothing after it is done."""
    step = '[[step]]\ndo = "person"\nwhat = "review"\ndone_when = "listed"\n\n[[step]]\ndo = "submit"'
    path = request_file(site, tmp_path, BY_NONE)
    path.write_text(path.read_text(encoding="utf-8").replace('[[step]]\ndo = "submit"', step), encoding="utf-8")
    told = dsr("playbook", "run", str(path), "--no-evidence", *QUIET)
    assert (told.exit_code, told.json()["data"]["outcome"], site.bodies) == (10, "needs-person", [])


def test_a_skeleton_can_be_played_at_once(dsr: Dsr) -> None:
    """What `new` writes runs in its own rehearsal: once with effect, then already done; doctor finds it well."""
    assert dsr("playbook", "new", "acme/opt-out").exit_code == 0
    run = ("playbook", "run", "acme/opt-out", "--rehearse", "--no-evidence", *QUIET)
    first = dsr(*run).json()["data"]
    assert (first["outcome"], first["rehearsal"]["counts"]["training"]) == ("verified", 1)
    again = dsr(*run).json()["data"]
    assert (again["outcome"], again["rehearsal"]["counts"]["training"]) == ("already-done", 1)
    well = dsr("playbook", "doctor", "acme/opt-out", "--rehearse", "--headless", "--json")
    assert (well.exit_code, {row["status"] for row in well.json()["data"]["rows"]}) == (0, {"OK"})


def test_skeletons_on_the_matrix(dsr: Dsr, home: Path) -> None:
    """Skeletons of every effect that presses are judged by the mutation matrix: done at rest, no press where words are others."""
    chosen = []
    for effect in ("reversible", "submit", "destructive"):
        folder = home / effect
        assert dsr("playbook", "new", "acme/wish", "--effect", effect, "--dir", str(folder)).exit_code == 0
        cells = matrix.selected("acme/wish", folder)
        chosen += [cell for cell in cells if cell.mutation.name in ("baseline", "reworded", "answer-500")]
    verdicts = matrix.run(chosen, browser())
    assert [(one.kind, one.why) for one in verdicts if one.kind == "wrong"] == []
    assert [one.kind for one in verdicts] == ["done", "right refusal", "right refusal"] * 3


def test_a_second_dsr(dsr: Dsr, sample: Path, site: Site, home: Path) -> None:
    """While another dsr uses the file's profile, a run is refused and nothing is loaded."""
    folder = profile(config.private(home), "openai-training-opt-out", "")
    with lock.held(folder):
        told = dsr("playbook", "run", str(sample), *QUIET)
    assert (told.exit_code, told.json()["error"]["kind"]) == (16, "store-locked")
    assert site.counts == {}


def test_an_interrupted_request_is_unknown(site: Site, tmp_path: Path, person_profile: None) -> None:
    """Killed between intent and press: unknown, again and again, until the person says that it failed; then one POST."""
    machine = Machine(tmp_path / "home")
    path = request_file(site, tmp_path, BY_NONE)
    run = ("playbook", "run", str(path), "--no-evidence", *QUIET)
    machine.killed("after-intent", *run)
    for _ in range(2):
        answer = machine.dsr(*run)
        assert (answer["exit_code"], answer["data"]["outcome"], answer["data"]["commits"]) == (10, "unknown", 0)
        assert "--settled failed" in answer["data"]["note"]
    assert site.counts["POST /request"] == 0
    assert machine.dsr(*run, "--settled", "failed")["data"]["outcome"] == "accepted"
    assert site.counts["POST /request"] == 1
    assert machine.dsr(*run, "--settled", "failed")["exit_code"] == 2


def test_an_interrupted_request_that_went_out(site: Site, tmp_path: Path, person_profile: None) -> None:
    """Killed after the press: a look at the page settles it where one can be had, else the person does; never a second POST."""
    machine = Machine(tmp_path / "home")
    run = ("playbook", "run", str(request_file(site, tmp_path, BY_PAGE)), "--no-evidence", *QUIET)
    machine.killed("before-committed", *run)
    before = site.counts["POST /request"]
    site.requested = True
    answer = machine.dsr(*run)
    assert (answer["exit_code"], answer["data"]["outcome"], answer["data"]["commits"]) == (0, "verified", 0)
    run = ("playbook", "run", str(request_file(site, tmp_path, BY_NONE)), "--no-evidence", *QUIET)
    machine.killed("after-committed", *run)
    assert machine.dsr(*run)["data"]["outcome"] == "unknown"
    assert machine.dsr(*run, "--settled", "went")["data"]["outcome"] == "accepted"
    assert site.counts["POST /request"] <= before + 1


def test_doctor(dsr: Dsr, site: Site, sample: Path, tmp_path: Path) -> None:
    """Read-only, and without a word of the page: a changed name is 13 with counts only; nothing is ever posted."""
    path = sample.with_name("walk.toml")
    see = '[[step]]\ndo = "goto"\nurl = "{origin}/settings/data-controls?account=1815"\n\n[[step]]'
    text = SAMPLE.replace("[[step]]", see, 1).format(origin=site.origin)
    path.write_text(text, encoding="utf-8")
    well = dsr("playbook", "doctor", str(path), "--headless", "--json")
    assert (well.exit_code, [row["status"] for row in well.json()["data"]["rows"]]) == (0, ["OK"])
    site.label = "Improve it for Ada Lovelace"
    report = tmp_path / "report.json"
    told = dsr("playbook", "doctor", str(path), "--headless", "--out", str(report), "--json")
    row = told.json()["data"]["rows"][0]
    assert (told.exit_code, row["status"], row["why"]) == (13, "DRIFT", "another name")
    assert (row["role"], row["candidates"], row["alike"], row["marked"]) == (["switch"], 0, 1, 1)
    shown = told.out + report.read_text(encoding="utf-8") + dsr("playbook", "show", str(path)).err
    assert not [word for word in ("Ada", "ada@", "1815", "?") if word in shown]
    assert json.loads(report.read_text(encoding="utf-8")) == told.json()["data"]
    site.shutdown()
    site.server_close()
    gone = dsr("playbook", "doctor", str(path), "--headless", "--json")
    assert (gone.exit_code, gone.json()["data"]["rows"][0]["status"]) == (14, "BLOCKED")
    assert not [name for name in site.counts if name.startswith("POST")]
