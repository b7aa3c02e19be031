"""Is a playbook still right? A read-only walk through the person's own account, and a report without anything of hers in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from dsr import __version__
from dsr.browser.survey import Row, Survey
from dsr.cases import runs, terms
from dsr.cases.solo import Solo
from dsr.errors import BadData, Drifted, PersonNeeded, SiteDown
from dsr.store import files

EXIT = (("BLOCKED", SiteDown.exit_code), ("SIGNED-OUT", PersonNeeded.exit_code), ("DRIFT", Drifted.exit_code))


class Health(Struct, frozen=True):
    """A report that may be shared: no word of the page, no account, no address but those of the playbook."""

    playbook: str
    wish: str
    dsr: str
    on: str
    rows: list[Row]

    @property
    def exit_code(self) -> int:
        """14 where the site was blocked, 10 where nobody was signed in, 13 where a control has changed, else 0."""
        found = {row.status for row in self.rows}
        return next((code for status, code in EXIT if status in found), 0)

    def text(self) -> str:
        """The report for a person."""
        wish = f" ({self.wish})" if self.wish else ""
        lines = [f"{self.playbook}{wish}, looked at on {self.on} by dsr {self.dsr}:"]
        lines += [f"  {row.status:<11}  {row.control:<24}  {'/'.join(row.role)}{_details(row)}" for row in self.rows]
        counts = Counter(row.status for row in self.rows)
        lines.append(
            ", ".join(f"{count} {status}" for status, count in counts.items()) + ". Nothing was pressed for effect."
        )
        return "\n".join(lines)


def _details(row: Row) -> str:
    if row.status == "DRIFT":
        marked = f", test id at {row.marked}" if row.marked else ""
        return f": {row.why} (by role and name {row.candidates}, by role {row.alike}{marked})"
    return f": {row.why}" if row.why else ""


def examine(solo: Solo, wish: str = "") -> Health:
    """Look at every control of a playbook on the live page, or in a rehearsal on the played one. Raises BadData where the terms
    forbid it, NoBrowser, StoreLocked, SiteDown where the browser does not start."""
    desk, piece = solo.desk, solo.piece
    said = terms.of(piece.service)
    if said.automation == "forbidden":
        raise BadData(
            f"{piece.service.name}'s terms forbid automation: {said.clause}",
            f"the steps by hand: dsr playbook show {piece.book.id}",
        )
    if said.automation == "unclear":
        desk.person.tell(f"  Terms: {said.clause} ({said.source})")

    async def look(page: Any) -> list[Row]:
        person = None if piece.headless else desk.person
        return await Survey(page, piece.book, piece.service, person, piece.timing).perform()

    rows, _ = runs.on_stage(desk, piece, look)
    return Health(piece.book.id, wish, __version__, desk.today.isoformat(), rows)


def write(health: Health, path: Path) -> None:
    """The report as a file, readable by its owner only: JSON where its name ends so, else text."""
    plain = msgspec.json.format(msgspec.json.encode(health)) if path.suffix == ".json" else health.text().encode()
    files.write(path.absolute(), plain + b"\n")
