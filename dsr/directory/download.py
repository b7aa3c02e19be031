"""Fetch a directory's file: https only, from hosts that are on the list, no larger than a bound, whole or not at all.

Nothing about the person goes out: one GET of a public file, without cookies.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from dsr.errors import SiteDown

HOSTS = frozenset({"codeload.github.com", "raw.githubusercontent.com"})
AT_MOST = 128 << 20  # bytes
_PIECE = 1 << 16
_PATIENCE = 30.0  # seconds without a byte
_BY_HAND = "download it with a browser, then: dsr directory import --from FILE"

Progress = Callable[[int, int], None]


def _allowed(url: str, hosts: Collection[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise SiteDown(f"'{url}' is not https, and is not fetched", _BY_HAND)
    if parts.hostname not in hosts or parts.username is not None:
        raise SiteDown(f"'{parts.hostname}' is not a host that dsr fetches from", _BY_HAND)


class _Redirect(HTTPRedirectHandler):
    def __init__(self, hosts: Collection[str]) -> None:
        self.hosts = hosts

    def redirect_request(  # the parts are the library's, and so are their types
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        try:
            _allowed(newurl, self.hosts)
        except SiteDown:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(
    url: str,
    target: Path,
    progress: Progress,
    *,
    hosts: Collection[str] = HOSTS,
    at_most: int = AT_MOST,
    context: ssl.SSLContext | None = None,
) -> None:
    """Write the file at a URL to a path, in pieces; `progress` hears (bytes so far, bytes in all or 0).

    Raises SiteDown where it cannot be had whole, is too large, or leads elsewhere.
    """
    _allowed(url, hosts)
    handlers = [HTTPSHandler(context=context or ssl.create_default_context()), _Redirect(hosts)]
    opener = build_opener(*handlers, *([ProxyHandler({})] if context else []))
    host = urlsplit(url).hostname
    asked = Request(url, headers={"User-Agent": "dsr-toolkit", "Accept": "*/*"})  # noqa: S310  checked above
    try:
        with opener.open(asked, timeout=_PATIENCE) as answer, target.open("wb") as file:
            whole = int(answer.headers.get("Content-Length") or 0)
            got = 0
            while piece := answer.read(_PIECE):
                got += len(piece)
                if max(got, whole) > at_most:
                    raise SiteDown(f"the file at {host} is larger than {at_most >> 20} MB, and is not taken", _BY_HAND)
                file.write(piece)
                progress(got, whole)
    except HTTPError as problem:
        problem.close()
        raise SiteDown(f"{host} answered {problem.code} for {url}", _BY_HAND) from problem
    except (URLError, HTTPException, OSError, ValueError) as problem:
        why = getattr(problem, "reason", problem)
        raise SiteDown(f"{url} could not be fetched: {why}", _BY_HAND) from problem
    if whole and got != whole:
        raise SiteDown(f"the download from {host} ended after {got:,} of {whole:,} bytes", _BY_HAND)
