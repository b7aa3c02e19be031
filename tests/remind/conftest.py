"""What the reminders' tests share: cases whose dates are near, and a desk at any instant."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

sys.path.append(str(Path(__file__).parents[1] / "cases"))

from casework import EMAIL, K, case, happened

from dsr.cases import reminding
from dsr.cases.channels import Screen
from dsr.cases.desk import Desk
from dsr.cases.reminding import Reminded
from dsr.errors import ChannelFailed
from dsr.model import Event
from dsr.notice import Channel, Notice
from dsr.report import Terminal
from dsr.store import Ledger


class Taker:
    """A channel that keeps what it is given, and does beforehand what a test asks of it."""

    def __init__(self, name: str = "taker", before: Callable[[], object] = lambda: None) -> None:
        self.name = name
        self.before = before
        self.got: list[Notice] = []

    def send(self, notice: Notice) -> None:
        self.before()
        self.got.append(notice)

    @property
    def lines(self) -> list[str]:
        """Every line of everything that it was given."""
        return [line for notice in self.got for line in notice.lines.values()]


def fail() -> None:
    raise ChannelFailed("taker", "it is out of order")


def add(ledger: Ledger, *events: Event, **more: Any) -> str:
    """A case with these events; its id."""
    made = ledger.add(lambda number: structs.replace(case(**more), id=f"openai-{number}"), lambda _: events[0])
    for event in events[1:]:
        ledger.append(made.id, event)
    return made.id


SENT = (happened(K.DRAFTED, "11-01", EMAIL), happened(K.SENT, "11-02", EMAIL))  # answered by 2 December 2026


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A store with one case that was sent on 2 November 2026."""
    with Ledger(tmp_path, timeout=0.1) as opened:
        add(opened, *SENT)
        yield opened


def remind(ledger: Ledger, at: str, *channels: Channel, act: bool = True) -> Reminded:
    """A run at a local instant such as `2026-11-25T12`, on these channels or at the terminal."""
    here = datetime.fromisoformat(at if "T" in at else f"{at}T12:00").astimezone()
    terminal = Terminal(as_json=True)
    desk = Desk(home=ledger.home, ledger=ledger, person=terminal, now=lambda: here.astimezone(UTC), today=here.date())
    return reminding.remind(desk, channels or [Screen(terminal, as_json=True)], here.astimezone(UTC), act=act)
