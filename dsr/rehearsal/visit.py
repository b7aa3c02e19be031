"""One browser's connection to the played sites: what is asked, and what it is told."""

from __future__ import annotations

import html
import json
import math
import re
import threading
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import msgspec

from dsr.rehearsal.memory import Memory
from dsr.rehearsal.site import STATE_PATH, Action, Scalar, Site

MOST_BYTES = 1_000_000  # of a posted body
_LENGTH = re.compile(r"[0-9]{1,9}")
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".zip": "application/zip",
}


class Asked(NamedTuple):
    """A request that was served."""

    method: str
    host: str
    path: str


class Stage(Protocol):
    """What a visit needs to know of the server."""

    sites: Mapping[str, Site]
    memory: Memory
    log: deque[Asked]
    stopped: threading.Event


class Visit(BaseHTTPRequestHandler):
    """Answers pages, actions and the state of the host that the browser believes it talks to."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        host = self.headers.get("Host", "").partition(":")[0].lower()
        asked = Asked(self.command, host, self.path.partition("?")[0])
        stage = cast("Stage", self.server)
        stage.log.append(asked)
        site = stage.sites.get(host)
        action = site.action_at(*asked) if site else None
        if site is None:
            stage.memory.count("foreign host")
            self._say(421, f"no site called '{host}' is played here")
        elif action is not None:
            self._act(stage, " ".join(asked), action, body)
        else:
            stage.memory.count(" ".join(asked))
            self._show(stage, asked, site)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  the names are http.server's

    def _body(self) -> bytes | None:
        """What was posted; None once a body that cannot be taken was refused."""
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not _LENGTH.fullmatch(length):
            self._say(411, "say how long the body is", close=True)
        elif int(length) > MOST_BYTES:
            self._say(413, f"more than {MOST_BYTES} bytes", close=True)
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                return body
            self.close_connection = True  # the client went away in the middle
        return None

    def _act(self, stage: Stage, request: str, action: Action, body: bytes) -> None:
        try:
            posted = msgspec.json.decode(body or b"{}", type=dict[str, object])
        except (msgspec.DecodeError, UnicodeDecodeError):
            stage.memory.count(request, f"{action.name}.refused")
            self._say(400, "the body is not a JSON object")
            return
        answer = stage.memory.act(request, action, posted)
        if self._waited(stage, answer.wait):
            self._say(answer.status, "done" if answer.status == 200 else "refused")

    def _show(self, stage: Stage, asked: Asked, site: Site) -> None:
        file = site.file(asked.host, asked.path) if asked.method == "GET" else None
        if asked.method == "GET" and asked.path == STATE_PATH:
            self._answer(200, KINDS[".json"], json.dumps(stage.memory.state).encode())
        elif file is not None:
            self._page(stage, asked, file)
        else:
            stage.memory.count("unknown path")
            self._say(404, f"{asked.host} plays nothing at {asked.path}")

    def _page(self, stage: Stage, asked: Asked, file: Path) -> None:
        kind = KINDS.get(file.suffix, "application/octet-stream")
        if file.suffix != ".html":
            self._answer(200, kind, file.read_bytes())
            return
        state = stage.memory.state
        if not self._waited(stage, cast("float", state["first_byte_late"])):
            return
        to = str(state["redirect_to"])
        if to and to.partition("#")[0].partition("?")[0] != f"https://{asked.host}{asked.path}":
            self._elsewhere(to, str(state["redirect_how"]))
        elif status := int(state["page_status"]):
            body = f"<!doctype html><title>{status}</title>".encode()
            self._answer(status, kind, body)
        else:
            stage.memory.open_document()
            self._answer(200, kind, file.read_bytes())

    def _elsewhere(self, to: str, how: str) -> None:
        if how.isdigit():
            self._answer(int(how), KINDS[".txt"], b"", Location=to)
            return
        script = f"location.href = {json.dumps(to)}".replace("<", "\\u003c")
        moved = f"<script>{script}</script>"
        if how == "meta":
            moved = f'<meta http-equiv="refresh" content="0; url={html.escape(to)}">'
        self._answer(200, KINDS[".html"], f"<!doctype html><title>Moved</title>{moved}".encode())

    def _waited(self, stage: Stage, seconds: float) -> bool:
        """Wait; False where the server stopped meanwhile, so that nobody is answered."""
        if seconds and (stage.stopped.wait(None if math.isinf(seconds) else seconds)):
            self.close_connection = True
            return False
        return True

    def _say(self, status: int, message: str, *, close: bool = False) -> None:
        self.close_connection = self.close_connection or close
        self._answer(status, KINDS[".json"], json.dumps({"message": message}).encode())

    def _answer(self, status: int, kind: str, body: bytes, **headers: Scalar) -> None:
        self.send_response(status)
        told = {"Content-Type": kind, "Content-Length": len(body), "Cache-Control": "no-store"} | headers
        if status in (429, 503) and (seconds := cast("Stage", self.server).memory.state["retry_after"]):
            told["Retry-After"] = seconds
        if self.close_connection:
            told["Connection"] = "close"
        for name, value in told.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """What the server calls itself."""
        return "dsr-rehearsal"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is http.server's
        """Print nothing: `Rehearsal.log` keeps what was asked."""
