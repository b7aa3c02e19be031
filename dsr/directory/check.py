"""Are a company's contacts still alive? Looks at the mail servers of its addresses and at its pages; nothing is sent.

A page is fetched once, without cookies, and not read; what answers is reported, and a person decides.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from msgspec import Struct

from dsr.errors import MissingExtra

if TYPE_CHECKING:
    from dns.resolver import Resolver

_PATIENCE = 20.0  # seconds
_REFUSES = {401, 403, 429, 503}  # many sites turn programs away: says nothing about the page


Trust = ssl.SSLContext  # whom a look trusts, where that is not the system's list


class Finding(Struct, frozen=True, kw_only=True):
    """One look: at a mail domain or a page. `state` is `alive`, `gone`, `moved` or `unclear`."""

    what: str
    where: str
    state: str
    says: str


def resolver() -> Resolver:
    """The system's resolver of names. Raises MissingExtra where dnspython is not installed."""
    try:
        from dns.resolver import Resolver as Made
    except ImportError:
        raise MissingExtra("looking at mail servers", "check") from None
    return Made()


def mail(address: str, asked: Resolver) -> Finding:
    """Whether the domain of an e-mail address takes mail: its MX records (RFC 5321 section 5.1; a null MX is RFC 7505)."""
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, NoAnswer

    domain = address.rpartition("@")[2]
    state, says = "alive", "has mail servers"
    try:
        servers = sorted(str(row.exchange) for row in asked.resolve(domain, "MX", lifetime=_PATIENCE))
        if servers == ["."]:
            state, says = "gone", "says that it takes no mail (null MX)"
        else:
            says = f"takes mail at {servers[0].rstrip('.')}"
    except NXDOMAIN:
        state, says = "gone", f"the domain {domain} does not exist"
    except NoAnswer:
        state, says = "unclear", f"{domain} names no mail server"
    except DNSException as problem:
        state, says = "unclear", f"could not be looked up ({type(problem).__name__})"
    return Finding(what="email", where=address, state=state, says=says)


def page(url: str, context: Trust | None = None) -> Finding:
    """Whether a page answers, and where it leads. Only https."""
    if urlsplit(url).scheme != "https":
        return Finding(what="page", where=url, state="unclear", says="is not https, and was not looked at")
    handlers: list[Any] = [HTTPSHandler(context=context or ssl.create_default_context())]
    opener = build_opener(*handlers, *([ProxyHandler({})] if context else []))
    asked = Request(url, headers={"User-Agent": "dsr-toolkit", "Accept": "text/html"})  # noqa: S310  checked above
    try:
        with opener.open(asked, timeout=_PATIENCE) as answer:
            end = str(answer.url)
    except HTTPError as problem:
        problem.close()
        state = "gone" if problem.code in (404, 410) else "unclear"
        says = "turns programs away; look yourself" if problem.code in _REFUSES else f"answers {problem.code}"
        return Finding(what="page", where=url, state=state, says=says)
    except (URLError, HTTPException, OSError, ValueError) as problem:
        return Finding(
            what="page", where=url, state="unclear", says=f"no answer: {getattr(problem, 'reason', problem)}"
        )
    if urlsplit(end).hostname != urlsplit(url).hostname:
        return Finding(what="page", where=url, state="moved", says=f"leads to {urlsplit(end).hostname} now")
    return Finding(what="page", where=url, state="alive", says="answers")


def look(
    emails: Iterable[str],
    pages: Iterable[str],
    pause: Callable[[], None],
    asked: Resolver,
    context: Trust | None = None,
) -> Iterator[Finding]:
    """Look at each address and page once, one after the other, with a pause between."""
    jobs: list[Callable[[], Finding]] = [lambda one=one: mail(one, asked) for one in dict.fromkeys(emails)]  # type: ignore[misc]
    jobs += [lambda one=one: page(one, context) for one in dict.fromkeys(pages)]  # type: ignore[misc]
    for number, job in enumerate(jobs):
        if number:
            pause()
        yield job()
