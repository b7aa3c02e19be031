"""Each channel takes a reminder or says why not; nothing of the person's leaves that need not."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from msgspec import structs

from dsr.errors import ChannelFailed, NoSecret
from dsr.mail.out import Email, Server
from dsr.notice import Notice
from dsr.notify.file import File
from dsr.notify.program import Program

# aiosmtpd does not see that TLS from the first byte is TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
NOTICE = Notice(
    id="0123456789abcdef0123",
    title="dsr: 2 reminders",
    lines={"aaaa": "openai-1: openai's response is due in 7 days", "bbbb": "café-1: schläft"},
    closing="What needs you, and the command for it: dsr next",
)


def test_a_file_holds_each_entry_once(tmp_path: Path) -> None:
    """Entries are added below what is there; one that is there is not written again, by its id; the file is private."""
    path = tmp_path / "reminders.txt"
    File(path, date(2026, 11, 25)).send(NOTICE)
    File(path, date(2026, 11, 26)).send(structs.replace(NOTICE, lines=NOTICE.lines | {"cccc": "new"}))
    assert path.read_text(encoding="utf-8").splitlines() == [
        "2026-11-25  openai-1: openai's response is due in 7 days  [aaaa]",
        "2026-11-25  café-1: schläft  [bbbb]",
        "2026-11-26  new  [cccc]",
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_the_person_keeps_what_it_holds(tmp_path: Path) -> None:
    """What the person wrote into the file stays byte for byte, also without a newline at its end, and so do its mode and link."""
    path, link = tmp_path / "notes.txt", tmp_path / "link.txt"
    path.write_bytes(b"my own \xff bytes")
    path.chmod(0o640)
    link.symlink_to(path)
    File(link, date(2026, 11, 25)).send(NOTICE)
    assert path.read_bytes().startswith(b"my own \xff bytes\n2026-11-25  openai-1")
    assert (link.is_symlink(), path.stat().st_mode & 0o777) == (True, 0o640)


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A path in a folder that does not exist, or that is a folder, fails with its name, and leaves nothing behind."""
    for path, why in ((tmp_path / "no" / "where.txt", "cannot be written"), (tmp_path, "it is a folder")):
        with pytest.raises(ChannelFailed, match=why):
            File(path, date(2026, 11, 25)).send(NOTICE)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_none_stays_what_it_is(tmp_path: Path) -> None:
    """A pipe is neither waited for nor replaced, and a file that is too large to be read is left alone."""
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    with large.open("wb") as file:
        file.truncate(1 << 30)
    for path, why in ((pipe, "a pipe or a device"), (large, "it is larger than")):
        with pytest.raises(ChannelFailed, match=why):
            File(path, date(2026, 11, 25)).send(NOTICE)
    assert (pipe.is_fifo(), large.stat().st_size, len(list(tmp_path.iterdir()))) == (True, 1 << 30, 2)


def test_a_program_gets_the_text_and_no_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text comes on standard input, title and id in the environment, arguments as they are; no password is passed on."""
    monkeypatch.setenv("DSR_SMTP_PASSWORD", "secret")
    out = tmp_path / "out"
    script = "import os, sys; open(sys.argv[1], 'wb').write(repr((sys.argv[2], sys.stdin.buffer.read(), os.environ)).encode())"
    Program([sys.executable, "-c", script, str(out), "$(echo no) ; `x`"]).send(NOTICE)
    told = out.read_text()
    assert told.startswith("('$(echo no) ; `x`', ")
    assert "openai-1: openai\\'s response" in told or "openai-1: openai's response" in told
    assert "'DSR_REMINDER_ID': '0123456789abcdef0123'" in told
    assert "'DSR_REMINDER_TITLE': 'dsr: 2 reminders'" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["no-such-program-here"], "cannot be run"),
        ([sys.executable, "-c", "raise SystemExit(7)"], "ended with 7"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "did not end within 0.5 seconds"),
        (["a\0b"], "cannot be run"),
    ],
)
def test_a_program_that_fails_is_told(arguments: list[str], why: str) -> None:
    """A program that is missing, fails or never ends has not taken it."""
    with pytest.raises(ChannelFailed, match=why):
        Program(arguments, patience=0.5).send(NOTICE)


def test_a_program_that_reads_nothing_has_taken_it() -> None:
    """A program may leave its input unread: what counts is how it ends."""
    long = structs.replace(NOTICE, lines={"a": "x" * 1_000_000})
    Program([sys.executable, "-c", "pass"]).send(long)


class Postbox:
    """What a mail server got, and what it answers."""

    def __init__(self, answer: str = "250 taken") -> None:
        self.answer = answer
        self.mails: list[bytes] = []
        self.greetings: list[str] = []
        self.users: list[str] = []

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any) -> Any:  # noqa: N802
        self.greetings.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.mails.append(envelope.content)
        return self.answer

    def check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login.decode())
        return AuthResult(success=data.password == b"right", handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and certificate for 127.0.0.1, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def serving(box: Postbox, security: str, certificate: Path) -> Controller:
    """A real SMTP server on loopback: without TLS, insisting on STARTTLS, or TLS from the first byte."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    more: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
    if security != "none":
        more |= {"authenticator": box.check, "auth_required": True, "auth_require_tls": security == "starttls"}
    if security == "starttls":
        more |= {"tls_context": context, "require_starttls": True}
    if security == "tls":
        more |= {"ssl_context": context}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        more["port"] = free.getsockname()[1]
    controller = Controller(box, **more)
    controller.start()
    return controller


@pytest.fixture(params=["starttls", "tls", "none"])
def post(request: pytest.FixtureRequest, certificate: Path) -> Iterator[tuple[Postbox, Server]]:
    """A mail server of each security, and how it is reached."""
    box = Postbox()
    controller = serving(box, request.param, certificate)
    yield box, reached(controller, request.param, certificate)
    controller.stop()


def given() -> str:
    """The password of this moment's environment."""
    return os.environ["DSR_SMTP_PASSWORD"]


def reached(controller: Controller, security: str, certificate: Path) -> Server:
    return Server(
        to="ada@example.org", sender="", host="localhost", port=controller.port, security=security,
        user="" if security == "none" else "ada", ca_file=str(certificate),
    )  # fmt: skip


def test_a_mail_arrives(post: tuple[Postbox, Server], monkeypatch: pytest.MonkeyPatch) -> None:
    """With STARTTLS, TLS or on the machine itself one message arrives, in UTF-8, from and to the person, signed in as asked."""
    box, server = post
    monkeypatch.setenv("DSR_SMTP_PASSWORD", "right")
    Email(server, AT, given).send(NOTICE)
    [raw] = box.mails
    mail = message_from_bytes(raw, policy=policy.default)
    assert (mail["From"], mail["To"], mail["Subject"]) == ("ada@example.org", "ada@example.org", "dsr: 2 reminders")
    assert mail["Message-ID"] == "<0123456789abcdef0123@reminder.dsr.invalid>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == NOTICE.text.splitlines()
    assert set(box.greetings) == {"[127.0.0.1]"}
    assert socket.gethostname().encode() not in raw
    assert set(box.users) == (set() if server.security == "none" else {"ada"})


def test_the_same_reminder_has_the_same_message_id(
    post: tuple[Postbox, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that is sent again after a crash can be told to be the same."""
    box, server = post
    monkeypatch.setenv("DSR_SMTP_PASSWORD", "right")
    Email(server, AT, given).send(NOTICE)
    Email(server, AT + timedelta(hours=1), given).send(NOTICE)
    assert len({message_from_bytes(raw)["Message-ID"] for raw in box.mails}) == 1


def test_a_wrong_password_is_told_without_it(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that refuses the sign-in has not taken it; neither the password nor the user is in the message."""
    monkeypatch.setenv("DSR_SMTP_PASSWORD", "wrong-and-secret")
    box = Postbox()
    controller = serving(box, "starttls", certificate)
    with pytest.raises(ChannelFailed, match="does not accept the user or the password") as failed:
        Email(reached(controller, "starttls", certificate), AT, given).send(NOTICE)
    controller.stop()
    assert "wrong-and-secret" not in f"{failed.value} {failed.value.hint}"
    assert box.mails == []


def test_a_server_that_refuses_is_told(certificate: Path) -> None:
    """A message that the server answers with an error is not taken."""
    controller = serving(Postbox("452 no room"), "none", certificate)
    with pytest.raises(ChannelFailed, match=r"refused the message \(452\)"):
        Email(reached(controller, "none", certificate), AT, given).send(NOTICE)
    controller.stop()


class Rude:
    """A mail server that says one thing of its own to one command, then goes; empty where it goes without a word."""

    def __init__(self, at: str, says: bytes) -> None:
        self.at, self.says = at, says
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._socket, self._socket.accept()[0] as line, line.makefile("rb") as heard:
            line.sendall(self.says if self.at == "HELLO" else b"220 ready\r\n")
            text = False
            for said in heard if self.at != "HELLO" else ():
                word = said[:4].decode("latin1").strip().upper()
                if text and said != b".\r\n":
                    continue
                if word == self.at or (text and self.at == "TEXT"):
                    line.sendall(self.says)
                    return
                text = word == "DATA"
                line.sendall(ANSWERS.get(word, b"250 ok\r\n"))


ANSWERS = {"EHLO": b"250-here\r\n250 AUTH PLAIN\r\n", "AUTH": b"235 ok\r\n", "DATA": b"354 go on\r\n"}


@pytest.mark.parametrize("says", [b"", b"421 busy\r\n", b"554 \x1b[31m\xff\r\n", b"\xff\0\r\n"])
@pytest.mark.parametrize("at", ["HELLO", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "TEXT"])
def test_a_server_that_refuses_at_any_stage(at: str, says: bytes) -> None:
    """Wherever the server goes, refuses or answers nonsense, the message counts as not taken, and one clean sentence says so."""
    server = Server(
        to="a@example.org", sender="", host="127.0.0.1", port=Rude(at, says).port, security="none", user="a", ca_file=""
    )
    with pytest.raises(ChannelFailed) as failed:
        Email(server, AT, lambda: "right").send(NOTICE)
    assert failed.value.message.startswith("email: the mail server '127.0.0.1': it ")
    assert "\x1b" not in failed.value.message
    if not says and at not in ("HELLO", "EHLO"):
        assert "ended the connection" in failed.value.message


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"to": "ädä@example.org"}, "other letters than a to z"),
        ({"user": "ädä"}, "letters that a sign-in cannot carry"),
    ],
)
def test_letters_that_a_server_does_not_take(change: dict[str, str], why: str) -> None:
    """An address or a user beyond ASCII, at a server that takes none: the reason is that, not a lack of encryption."""
    server = Server(
        to="a@example.org", sender="", host="127.0.0.1", port=Rude("", b"").port, security="none", user="", ca_file=""
    )
    with pytest.raises(ChannelFailed, match=why):
        Email(structs.replace(server, **change), AT, lambda: "right").send(NOTICE)


def test_a_server_that_is_down_is_told(certificate: Path) -> None:
    """Nobody listens at the port: said in one sentence, for each security."""
    controller = serving(Postbox(), "none", certificate)
    server = reached(controller, "none", certificate)
    controller.stop()
    for security in ("none", "starttls", "tls"):
        with pytest.raises(ChannelFailed, match=r"cannot be reached \(ConnectionRefusedError\)"):
            Email(structs.replace(server, security=security), AT, given).send(NOTICE)


def test_a_server_that_cannot_be_trusted_gets_nothing(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown certificate, or no encryption where it is wanted, ends the connection before a sign-in."""
    monkeypatch.setenv("DSR_SMTP_PASSWORD", "right")
    for security in ("starttls", "tls"):
        box = Postbox()
        controller = serving(box, security, certificate)
        server = structs.replace(reached(controller, security, certificate), ca_file="")
        with pytest.raises(ChannelFailed, match="the secure connection failed"):
            Email(server, AT, given).send(NOTICE)
        controller.stop()
        assert (box.mails, box.users) == ([], [])
    box = Postbox()
    controller = serving(box, "none", certificate)
    with pytest.raises(ChannelFailed, match="no encryption"):
        Email(structs.replace(reached(controller, "none", certificate), security="starttls"), AT, given).send(NOTICE)
    controller.stop()
    assert box.mails == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"host": ""}, "no 'host'"),
        ({"to": ""}, "no 'to'"),
        ({"to": "a@example.org\nBcc: b@example.org"}, "more than one line"),
        ({"to": "a@example.org\x0bBcc: b@example.org"}, "more than one line"),
        ({"sender": "a@example.org\u2028Bcc: b@example.org"}, "more than one line"),
        ({"to": "a\0@example.org"}, "nobody sees"),
        ({"host": "mail.example.org", "security": "none"}, "another machine"),
        ({"ca_file": "/nowhere.pem"}, r"'ca_file' /nowhere\.pem cannot be read: no such file"),
        ({"ca_file": __file__}, "'ca_file' .* cannot be read"),
    ],
)
def test_a_wrong_setting_is_told(change: dict[str, str], why: str) -> None:
    """What is missing or cannot be in [mail] is named before anything is sent."""
    server = Server(to="a@example.org", sender="", host="localhost", port=9, security="tls", user="", ca_file="")
    with pytest.raises(ChannelFailed, match=why):
        Email(structs.replace(server, **change), AT, given).send(NOTICE)


def test_without_a_password_the_ways_are_told(certificate: Path) -> None:
    """A password that is nowhere is a failure of the channel, which says how to give one."""

    def nowhere() -> str:
        raise NoSecret("smtp-password", "is not set", "DSR_SMTP_PASSWORD")

    controller = serving(Postbox(), "starttls", certificate)
    with pytest.raises(ChannelFailed, match="smtp-password") as failed:
        Email(reached(controller, "starttls", certificate), AT, nowhere).send(NOTICE)
    controller.stop()
    assert "dsr vault secret set smtp-password" in failed.value.hint


SERVER = """
import asyncio, sys
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, method

class Notifications(ServiceInterface):
    def __init__(self):
        super().__init__("org.freedesktop.Notifications")

    @method()
    def GetCapabilities(self) -> "as":
        return ["body"]

    @method()
    def GetServerInformation(self) -> "ssss":
        return ["test", "test", "1", "1.2"]

    @method()
    def Notify(self, app: "s", replaces: "u", icon: "s", title: "s", body: "s", actions: "as", hints: "a{sv}", t: "i") -> "u":
        print(repr((app, title, body)), flush=True)
        return 1

async def main():
    bus = await MessageBus().connect()
    bus.export("/org/freedesktop/Notifications", Notifications())
    await bus.request_name("org.freedesktop.Notifications")
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()

asyncio.run(main())
"""


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session bus of its own, on which nobody shows notifications."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed")
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
        yield
        daemon.terminate()


def shown() -> str:
    """Send the notice to the desktop from a process of its own; empty where it was taken, else what dsr says."""
    run = "import sys\nfrom dsr.errors import ChannelFailed, NoSecret\nfrom dsr.notice import Notice\n"
    run += "from dsr.notify.desktop import Desktop\n"
    run += "try:\n    Desktop().send(Notice(**eval(sys.argv[1])))\nexcept ChannelFailed as failed:\n    print(failed.message)"
    told = subprocess.run(
        [sys.executable, "-c", run, repr(structs.asdict(NOTICE))], capture_output=True, text=True, check=True
    )
    assert told.stderr == ""
    return told.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the bus of Linux desktops")
def test_a_desktop_shows_it(bus: None) -> None:
    """A notification server on the session bus gets title and text."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        assert shown() == ""
        assert server.stdout.readline() == f"{('dsr', NOTICE.title, NOTICE.text)!r}\n"
        server.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="the bus of Linux desktops")
def test_no_desktop_is_told(bus: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a notification server, or without a bus, nothing was taken, and the error says so."""
    assert "no desktop took the notification" in shown()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert "no desktop took the notification" in shown()
