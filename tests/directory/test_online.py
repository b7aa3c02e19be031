"""The two things of the directory that speak to a network, against servers on loopback: a download, and a look at contacts."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from dsr import rehearsal
from dsr.cases import adding
from dsr.directory import check, download, record
from dsr.directory.entry import Entry
from dsr.errors import SiteDown

KEYS = Path(rehearsal.__file__).with_name("public-key-pair.pem")
HOSTS = frozenset({"localhost"})


class _Site(BaseHTTPRequestHandler):
    """Answers by path: a whole file, a broken one, a large one, a redirect, an error."""

    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, dict(self.headers)))
        port = self.server.server_address[1]
        moves = {
            "/away": "https://elsewhere.example/x",
            "/plain": f"http://localhost:{port}/whole",
            "/on": f"https://localhost:{port}/whole",
        }
        if self.path in moves:
            self.send_response(302)
            self.send_header("Location", moves[self.path])
            self.end_headers()
            return
        if self.path in ("/404", "/403", "/500"):
            self.send_error(int(self.path[1:]))
            return
        body = b"x" * (5000 if self.path == "/large" else 100)
        self.send_response(200)
        if self.path != "/endless":
            self.send_header("Content-Length", str(len(body) * (2 if self.path == "/broken" else 1)))
        self.end_headers()
        for _ in range(100 if self.path == "/endless" else 1):
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """An https server on loopback; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(KEYS)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    _Site.seen.clear()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def trusting() -> ssl.SSLContext:
    """The rehearsal's key pair is nobody's: a client of these tests takes it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_a_file_is_fetched_whole(site: str, trusting: ssl.SSLContext, tmp_path: Path) -> None:
    """The bytes arrive, the progress is told, a redirect on the list is followed, and no cookie goes out."""
    heard: list[tuple[int, int]] = []
    download.fetch(f"{site}/on", tmp_path / "file", lambda *at: heard.append(at), hosts=HOSTS, context=trusting)
    assert (tmp_path / "file").read_bytes() == b"x" * 100
    assert heard[-1] == (100, 100)
    assert all("Cookie" not in headers and headers["User-Agent"] == "dsr-toolkit" for _, headers in _Site.seen)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/away", "not a host that dsr fetches from"),
        ("/plain", "is not https"),
        ("/404", "answered 404"),
        ("/500", "answered 500"),
        ("/large", "larger than"),
        ("/endless", "larger than"),
        ("/broken", "ended after 100 of 200 bytes|could not be fetched"),
    ],
)
def test_what_is_not_right_is_refused(site: str, trusting: ssl.SSLContext, tmp_path: Path, path: str, why: str) -> None:
    """A redirect elsewhere or to http, an error, a file too large, and one that breaks off are errors with a way by hand."""
    with pytest.raises(SiteDown, match=why) as caught:
        download.fetch(f"{site}{path}", tmp_path / "file", lambda *_: None, hosts=HOSTS, at_most=2000, context=trusting)
    assert "dsr directory import --from" in caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://localhost/x", "https://evil.example/x", "file:///etc/passwd", "https://a@localhost/x"]
)
def test_only_https_from_known_hosts(tmp_path: Path, url: str) -> None:
    """Anything else is refused before a connection is made."""
    with pytest.raises(SiteDown, match=r"not https|not a host"):
        download.fetch(url, tmp_path / "file", lambda *_: None, hosts=HOSTS)
    assert not (tmp_path / "file").exists()


def test_a_stranger_with_a_key_of_its_own_is_refused(site: str, tmp_path: Path) -> None:
    """A server whose certificate nobody vouches for is not believed."""
    with pytest.raises(SiteDown, match="could not be fetched"):
        download.fetch(f"{site}/whole", tmp_path / "file", lambda *_: None, hosts=HOSTS)


@pytest.mark.parametrize(
    ("path", "state"),
    [("/whole", "alive"), ("/404", "gone"), ("/403", "unclear"), ("/500", "unclear"), ("/on", "alive")],
)
def test_a_page_is_looked_at(site: str, trusting: ssl.SSLContext, path: str, state: str) -> None:
    """A page that answers lives; one that is gone says so; a site that turns programs away says nothing."""
    assert check.page(f"{site}{path}", trusting).state == state


def test_a_page_without_an_answer_is_unclear(trusting: ssl.SSLContext) -> None:
    """Where nobody answers, nothing is concluded."""
    assert check.page("https://localhost:9/x", trusting).state == "unclear"
    assert check.page("http://localhost:9/x", trusting).state == "unclear"


class _Names(socketserver.BaseRequestHandler):
    """A name server that knows three domains."""

    def handle(self) -> None:
        data, socket = self.request
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        name = asked.question[0].name.to_text()
        servers = {"good.example.": "10 mail.good.example.", "null.example.": "0 ."}
        if name in servers:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "MX", servers[name]))
        elif name != "empty.example.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def names() -> Iterator[dns.resolver.Resolver]:
    """A resolver that asks a name server on loopback."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Names) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = server.server_address[1]
        yield resolver
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("a@good.example", "alive"),
        ("a@null.example", "gone"),
        ("a@empty.example", "unclear"),
        ("a@nowhere.example", "gone"),
    ],
)
def test_mail_servers_are_looked_up(names: dns.resolver.Resolver, address: str, state: str) -> None:
    """A domain with mail servers lives; one that takes no mail, or does not exist, is gone."""
    assert check.mail(address, names).state == state


def test_it_looks_slowly_and_at_each_once(site: str, trusting: ssl.SSLContext, names: dns.resolver.Resolver) -> None:
    """Between two looks there is a pause, and the same address is not looked at twice."""
    paused: list[int] = []
    emails, pages = ["a@good.example", "a@good.example"], [f"{site}/whole", f"{site}/404", f"{site}/whole"]
    found = list(check.look(emails, pages, lambda: paused.append(1), names, trusting))
    assert [one.state for one in found] == ["alive", "alive", "gone"]
    assert len(paused) == 2


def test_the_progress_bar_is_for_a_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Where stderr is no terminal, nothing is drawn."""
    from dsr.report import Terminal

    draw: Callable[[int, int], None] = Terminal(as_json=False).progress("datenanfragen")
    draw(1, 2)
    assert capsys.readouterr().err == ""


class _Quiet:
    present = False

    def tell(self, text: str) -> None:
        self.told = text

    def confirm(self, question: str) -> bool:
        return False

    def ask(self, question: str, default: str = "") -> str:
        return default


def test_a_companys_contacts_are_looked_at(site: str, trusting: ssl.SSLContext, names: dns.resolver.Resolver) -> None:
    """Its addresses and its form are looked at, and what is gone is said."""
    own = Entry(
        source="own", key="shop", name="Shop", email="a@nowhere.example", form=f"{site}/404", on=date(2026, 11, 25)
    )
    company = record.controller("shop", [own], {}, date(2026, 11, 25))
    person = _Quiet()
    found = adding.check(company, lambda: None, person, names, trusting)
    assert [(one.what, one.state) for one in found] == [("email", "gone"), ("page", "gone")]
    assert "1 addresses and 1 pages" in person.told
    assert [path for path, _ in _Site.seen] == ["/404"]
