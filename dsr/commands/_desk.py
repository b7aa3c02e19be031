"""The desk of one command: opens the store, reads the clock once, hands over the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import typer

from dsr import config
from dsr.cases.desk import Desk
from dsr.commands import now, today
from dsr.report import Terminal
from dsr.store import Ledger


@contextmanager
def sitting(
    ctx: typer.Context, *, rehearse: bool = False, yes: bool = False, on: date | None = None, timeout: float = 10.0
) -> Iterator[Desk]:
    """A desk at the real home, or at the rehearsal's, whose every line then says that it is a rehearsal. For a store that
    another dsr is writing to, `timeout` seconds are waited.

    Raises StoreProblem and its kinds; NoSecret where the store is encrypted and its key is nowhere.
    """
    terminal = ctx.find_root().obj
    assert isinstance(terminal, Terminal)
    home = config.private(config.home())
    real = home
    if rehearse:
        terminal.prefix = "[rehearsal] "
        home = config.private(config.home(rehearsal=True))
    key = b""
    if (real / "vault.json").exists():
        from dsr.cases import locking  # only where the store may be encrypted

        key = locking.key(real, terminal.hidden if terminal.present else None)
    with Ledger(home, key, timeout=timeout) as ledger:
        desk = Desk(
            home=home, ledger=ledger, person=terminal, now=now, today=on or today(), yes=yes, rehearsal=rehearse
        )
        if rehearse and (real / "store.db").exists():
            with Ledger(real, key) as real_ledger:
                for subject in real_ledger.subjects():
                    ledger.put_subject(subject)
        yield desk
