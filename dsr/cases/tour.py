"""One browser for runs at many services: each in a context of its own, with the sign-in of its own profile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from dsr import config
from dsr.browser.find import browser
from dsr.browser.hall import Hall, hall
from dsr.browser.outcome import Report
from dsr.browser.session import profile
from dsr.cases import runs
from dsr.cases.desk import Desk
from dsr.cases.runs import Perform, Piece

if TYPE_CHECKING:
    from dsr.rehearsal import Rehearsal

_OTHERS = "MAP * ~NOTFOUND"


class Tour:
    """A browser that starts with the first run and stays for all, and anew where it has ended; in a rehearsal the sites of all
    `slugs` are played at once.

    A context manager; `stage` is what `runs.drive` takes.
    """

    def __init__(self, desk: Desk, slugs: Iterable[str], *, headless: bool) -> None:
        self._desk = desk
        self._slugs = tuple(slugs)
        self._headless = headless
        self._runner = asyncio.Runner()
        self._stack = ExitStack()
        self._sites: dict[str, Rehearsal] = {}
        self._driven: Hall | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._runner)
            if self._desk.rehearsal:
                for slug in self._slugs:
                    self._sites[slug] = stack.enter_context(runs.played(self._desk, slug))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def stage(self, desk: Desk, piece: Piece, perform: Perform) -> tuple[Report, dict[str, Any]]:
        """Perform a run in a context of this browser. Raises as `runs.on_stage`."""
        if self._driven is None or not self._driven.alive:
            self._driven = self._opened()
        report = self._runner.run(self._visit(self._driven, desk, piece, perform))
        site = self._sites.get(piece.slug)
        return report, runs.told(site) if site else {}

    def _opened(self) -> Hall:
        opening = hall(browser(config.read(config.home()).browser), headless=self._headless, args=self._args())
        driven = self._runner.run(opening.__aenter__())
        self._stack.callback(lambda: self._runner.run(opening.__aexit__(None, None, None)))
        return driven

    def _args(self) -> list[str]:
        """The arguments of all played sites as those of one browser: every host lives here, and no other exists."""
        rules, more = [], []
        for site in self._sites.values():
            resolver, *rest = site.browser_args
            rules += [rule for rule in resolver.partition("=")[2].split(",") if rule != _OTHERS]
            more += rest
        return [f"--host-resolver-rules={','.join([*rules, _OTHERS])}", *dict.fromkeys(more)] if rules else []

    async def _visit(self, driven: Hall, desk: Desk, piece: Piece, perform: Perform) -> Report:
        folder = profile(desk.home, piece.profile or piece.slug, piece.subject.account(piece.slug))
        async with driven.room(folder) as context:
            return await perform(await context.new_page())
