"""The rehearsal: a loopback HTTPS server that plays a site with our own pages.

A playbook runs unchanged against its real URLs, because Chromium is told that the hosts live here and that
no other host exists. `public-key-pair.pem`, made by `tools/rehearsal_key.py`, is public on purpose: a secret
that every copy of dsr carries is none, and only a browser started with `browser_args` accepts it.
"""

from __future__ import annotations

import socket
import socketserver
import ssl
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from dsr.errors import BadFile
from dsr.rehearsal.memory import Memory
from dsr.rehearsal.site import Scalar, Site, read_site
from dsr.rehearsal.visit import Asked, Visit

PAIR = Path(__file__).with_name("public-key-pair.pem")
SPKI_SHA256 = "DJXBRvZJAOlv44QvZxPHHCUzzX0E67DBkGq7DFOrgU0="
HANDSHAKE_SECONDS = 10.0
LOG_LENGTH = 1000


class Rehearsal:
    """Sites played on this machine, with what they remember and count; a context manager.

    `state_file` is made with the sites' first state and `start` if it is missing, and taken up as it is if
    not, so that a second run finds what the first has done. Several sites share one state and its counters.
    """

    def __init__(self, sites: Sequence[Path], state_file: Path, start: Mapping[str, Scalar] | None = None) -> None:
        self._sites: dict[str, Site] = {}
        declared: set[str] = set()
        read: list[Site] = []
        for folder in sites:
            site = read_site(folder)
            taken = (declared & site.first().keys()) | (self._sites.keys() & set(site.hosts))
            if taken:
                raise BadFile(folder / "site.toml", f"another site declares: {', '.join(sorted(taken))}")
            declared |= site.first().keys()
            read.append(site)
            self._sites |= dict.fromkeys(site.hosts, site)
        self._memory = Memory(state_file, read, start or {})
        self._log: deque[Asked] = deque(maxlen=LOG_LENGTH)
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self._sites, self._memory, self._log)
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def port(self) -> int:
        """Where the server listens on 127.0.0.1; only while it runs."""
        if self._server is None:
            raise RuntimeError("the rehearsal is not running")
        return int(self._server.server_address[1])

    @property
    def browser_args(self) -> list[str]:
        """What makes Chromium believe that the sites are here; the second needs a profile folder."""
        rules = [f"MAP {host} 127.0.0.1:{self.port}" for host in self._sites]
        return [
            "--host-resolver-rules=" + ",".join([*rules, "MAP * ~NOTFOUND"]),
            f"--ignore-certificate-errors-spki-list={SPKI_SHA256}",
        ]

    @property
    def state(self) -> dict[str, Scalar]:
        """What the sites remember at this moment."""
        return self._memory.state

    @property
    def counts(self) -> dict[str, int]:
        """How often each was asked: `POST chatgpt.com /rehearsal/export`, `export`, `export.refused` ..."""
        return self._memory.counts

    @property
    def log(self) -> list[Asked]:
        """The last requests, oldest first."""
        return list(self._log)

    def set(self, **changes: Scalar) -> None:
        """Change what the sites remember, or what goes wrong. Raises UnknownName or UsageError."""
        self._memory.set(changes)

    def reset(self, **start: Scalar) -> None:
        """Begin again while the server runs: the first state with these changes, no counts, no log.

        A page that is still open may yet post, so close its browser context first. Raises as `set`.
        """
        self._memory.reset(start)
        self._log.clear()


class _Server(ThreadingHTTPServer):
    """Accepts at once and shakes hands in each connection's own thread: nobody holds up the others."""

    daemon_threads = True
    request_queue_size = 64  # else a crowd waits a second for its place

    def __init__(self, sites: Mapping[str, Site], memory: Memory, log: deque[Asked]) -> None:
        self.sites = sites
        self.memory = memory
        self.log = log
        self.stopped = threading.Event()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(PAIR)
        super().__init__(("127.0.0.1", 0), Visit)
        self._loop = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def server_bind(self) -> None:
        """Bind without asking the network what this machine is called."""
        socketserver.TCPServer.server_bind(self)

    def start(self) -> None:
        """Begin to accept."""
        self._loop.start()

    def stop(self) -> None:
        """Stop accepting, hang up on everybody and wait until all threads are gone."""
        self.shutdown()
        self._loop.join()
        self.stopped.set()
        for connection, thread in list(self._open.items()):
            with suppress(OSError):  # the other side was faster, and the thread is about to end
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            thread.join(HANDSHAKE_SECONDS)
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection; a handshake is not waited for here."""
        plain, address = self.socket.accept()
        return self._tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the connection a thread that `stop` can wait for."""
        work = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._open[request] = work
        work.start()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands, within a limit, and answer."""
        tls = cast("ssl.SSLSocket", request)
        tls.settimeout(HANDSHAKE_SECONDS)
        tls.do_handshake()
        super().finish_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Hang up."""
        super().shutdown_request(request)
        self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; a fault of ours is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)
