"""Two dsr at one account: while one waits for a yes, the other presses and dies. The server's counter is the oracle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_killed import RUN, Machine
from test_own_site import BY_NONE, QUIET, Present, Site, request_file, site  # noqa: F401  the fixture

from dsr import config
from dsr.cases import routes, runs, solo
from dsr.cases.desk import Desk
from dsr.errors import StoreLocked
from dsr.model import Right, Route
from dsr.playbook import read, shelf
from dsr.store import Ledger

pytestmark = pytest.mark.browser
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Slow(Present):
    """Somebody who says yes, but only after `meanwhile`."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self.meanwhile = [meanwhile]

    def confirm(self, question: str) -> bool:
        while self.meanwhile:
            self.meanwhile.pop()()
        return super().confirm(question)


@pytest.mark.parametrize("earlier", [False, True], ids=["first-case", "case-open"])
def test_another_dsr_pressed_meanwhile(home: Path, earlier: bool) -> None:
    """The yes was given to what is no longer so: nothing is pressed, the person is told to run it again, no second POST."""
    machine = Machine(home)
    if earlier:
        machine.killed("before-intent", "request-export", "openai", *RUN)
    person = Slow(lambda: machine.killed("before-committed", "request-export", "openai", *RUN))
    house = config.private(config.home(rehearsal=True))
    with Ledger(house) as ledger:
        desk = Desk(home=house, ledger=ledger, person=person, now=lambda: NOW, today=NOW.date(), rehearsal=True)
        plan = routes.plan(desk, "openai", Right.ACCESS, playbooks=read.ids())
        with pytest.raises(StoreLocked, match="another dsr"):
            runs.drive(desk, plan, Route.SETTINGS, headless=True)
        assert len(list(ledger.cases())) == 1
    made = machine.posts("export")  # the played site dies with the other dsr, perhaps before it has counted the press
    assert made <= 1
    assert machine.dsr("request-export", "openai", *RUN)["data"]["outcome"] == "unknown"
    assert machine.posts("export") == made


def test_another_dsr_ran_the_same_file(site: Site, home: Path, tmp_path: Path, person_profile: None) -> None:  # noqa: F811
    """The same without a case: the key of the file is what both have in common."""
    machine = Machine(home)
    path = request_file(site, tmp_path, BY_NONE)
    run = ("playbook", "run", str(path), "--no-evidence", *QUIET)
    person = Slow(lambda: machine.killed("before-committed", *run))
    with Ledger(config.private(home)) as ledger:
        desk = Desk(home=home, ledger=ledger, person=person, now=lambda: NOW, today=NOW.date())
        entry = shelf.find(str(path))
        asked = solo.prepared(desk, entry, *shelf.opened(entry), typed=str(path), headless=True, evidence=False)
        with pytest.raises(StoreLocked, match="another dsr"):
            solo.run(asked)
    assert site.counts["POST /request"] == 1
    assert machine.dsr(*run)["data"]["outcome"] == "unknown"
    assert site.counts["POST /request"] == 1
