"""The store: the ledger of cases, the journal of runs, and the files kept as evidence."""

from dsr.store.journal import PastRun, RunJournal
from dsr.store.ledger import Ledger

__all__ = ["Ledger", "PastRun", "RunJournal"]
