"""A stage for the runner: the played site, a real Chromium on a fresh profile, a real store, short limits."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from dsr import resources
from dsr.browser.find import browser
from dsr.browser.outcome import Report, Timing
from dsr.browser.runner import Run
from dsr.browser.session import opened
from dsr.model import Entity, Event, EventKind, Person, Request, Right
from dsr.playbook import read
from dsr.playbook.schema import Playbook, Service
from dsr.rehearsal import Rehearsal
from dsr.store import Ledger

QUICK = Timing(step=4.0, probe=1.5, settle=1.0, reopen=0.7, quiet=3.0, answer=2.5, person=5.0)
SITE = resources.folder("playbooks") / "openai" / "rehearsal"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Stage:
    """One played site with its oracle: the server's counters, never the page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sites = [SITE]
        self.site: Rehearsal | None = None
        self.args: list[str] | None = None

    def play(
        self,
        action: str = "training-opt-out",
        *,
        script: str = "",
        book: Playbook | None = None,
        person: Person | None = None,
        timing: Timing = QUICK,
        evidence: bool = False,
        before: Callable[[Rehearsal], None] | None = None,
        look_only: bool = False,
        assisted: bool = False,
        careful: bool = False,
        service: Service | None = None,
        **start: Any,
    ) -> Report:
        """Run a playbook once. `script` is injected into every page, to change it under the runner's hands."""
        book = book or read.load(f"openai/{action}")
        how = {"look_only": look_only, "assisted": assisted, "careful": careful, "service": service}
        return asyncio.run(self._play(book, script, person, timing, evidence, before, how, start))

    async def _play(
        self,
        book: Playbook,
        script: str,
        person: Person | None,
        timing: Timing,
        evidence: bool,
        before: Callable[[Rehearsal], None] | None,
        how: dict[str, Any],
        start: dict[str, Any],
    ) -> Report:
        with Ledger(self.folder) as ledger, Rehearsal(self.sites, self.folder / "site.json", start) as site:
            self.site = site
            if before:
                before(site)
            args = self.args if self.args is not None else site.browser_args
            async with opened(browser(), self.folder / "profile", headless=True, args=args) as context:
                if script:
                    await context.add_init_script(script)
                page = context.pages[0]
                journal = ledger.begin_run(case(ledger), book.id, lambda: NOW)
                service = how["service"] or read.service("openai")
                run = Run(
                    page,
                    book,
                    service,
                    journal,
                    person=person,
                    timing=timing,
                    keep_evidence=evidence,
                    fields={"account": "ada@example.org"},
                    assisted=how["assisted"],
                    careful=how["careful"],
                )
                return await run.perform(look_only=how["look_only"])

    def posts(self, name: str = "training") -> int:
        """How often an action reached the server, taken or refused."""
        assert self.site is not None
        return self.site.counts.get(name, 0) + self.site.counts.get(f"{name}.refused", 0)

    @property
    def all_posts(self) -> int:
        """Every POST that the server saw, whatever it was for."""
        assert self.site is not None
        return sum(count for key, count in self.site.counts.items() if key.startswith("POST "))

    def journal(self) -> list[tuple[str, str]]:
        """The journal of the last run as (what, control)."""
        with sqlite3.connect(self.folder / "store.db") as db:
            rows = db.execute("SELECT what, control FROM journal ORDER BY seq").fetchall()
        db.close()
        return rows


def case(ledger: Ledger) -> str:
    """The one case that the runs of a test belong to."""
    for request, _ in ledger.cases():
        return request.id
    first = Event(kind=EventKind.DRAFTED, on=date(2026, 11, 22), recorded_at=NOW)
    entity = Entity("OpenAI Ireland Limited", "IE")
    request = Request("openai-1", "me", "openai", "eu-gdpr", Right.ACCESS, entity, "DE-BE", "AAAA-AAAA", NOW)
    return ledger.add(lambda number: structs.replace(request, id=f"openai-{number}"), lambda _: first).id


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A fresh stage."""
    return Stage(tmp_path)
