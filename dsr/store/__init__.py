"""The store: the ledger of cases, the journal of runs, and the files kept as evidence."""

from dsr.store.journal import PastRun, RunJournal
from dsr.store.ledger import Ledger
from dsr.store.notices import Mark, Notices
from dsr.store.turn import taken

__all__ = ["Ledger", "Mark", "Notices", "PastRun", "RunJournal", "taken"]
