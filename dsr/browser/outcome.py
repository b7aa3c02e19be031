"""How a run ends, and how long it waits."""

from __future__ import annotations

from msgspec import Struct, field

from dsr.model import Evidence, Outcome


class Timing(Struct, frozen=True, kw_only=True):
    """Limits in seconds. `load`: how long an address may take to load; `stuck`: after which a step that
    does not end is given up. `settle`: how long a switch must stay as wished to be believed, since a page that has not woken
    up yet often looks off; `probe`: how long an address may take to show what it should; `press`: how long a control may take
    to become one that can be pressed; `back`: how long a page that the person has come back to may show nothing known."""

    load: float = 30.0
    step: float = 12.0
    probe: float = 3.0
    settle: float = 1.2
    reopen: float = 1.0
    quiet: float = 8.0
    answer: float = 10.0
    press: float = 5.0
    person: float = 900.0
    back: float = 60.0
    stuck: float = 90.0


class Report(Struct, kw_only=True):
    """How a run ended. `note` is one sentence for the person; `commits` counts dsr's presses for effect; `disclosed` names the
    fields that were typed; `skipped` what this account does not have; `reference` is the site's number for the request."""

    outcome: Outcome
    note: str = ""
    commits: int = 0
    evidence: list[Evidence] = field(default_factory=list)
    degraded: list[str] = field(default_factory=list)
    disclosed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    reference: str = ""


class Stop(Exception):
    """The run ends here, with that outcome."""

    def __init__(self, outcome: Outcome, note: str) -> None:
        super().__init__(note)
        self.outcome = outcome
        self.note = note


class Again(Exception):
    """A person has let dsr in again: begin anew where nothing was pressed, else look whether it went through."""


class Doubt(Exception):
    """Something may have been pressed: only a look can tell."""
