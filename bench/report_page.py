"""The report of a store, or the bare loop of its template: `report_page.py finish HOME FILE`, `report_page.py bare FILE`.

`finish` writes all that stands on the report as plain JSON: every word, date, percentage and link. `bare` reads it and fills the
very template of the report with Jinja2 alone, escaping what it must; then it writes the page beside it. It opens no store, counts
no date and asks for no law: what `dsr report` takes beyond it is what dsr adds.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent.parent / "dsr" / "dossier"


def finish(home: Path, target: Path) -> None:
    """Everything that stands on the report of a store today, as JSON."""
    from msgspec import to_builtins

    from dsr.cases import page
    from dsr.cases.desk import Desk
    from dsr.report import Terminal
    from dsr.store import Ledger

    now = datetime.now(UTC)
    with Ledger(home) as ledger:
        person = Terminal(as_json=True)
        desk = Desk(home=home, ledger=ledger, person=person, now=lambda: now, today=now.astimezone().date())
        target.write_text(json.dumps(to_builtins(page.gather(desk))), encoding="utf-8")


def bare(source: Path) -> None:
    """Fill the template from that JSON."""
    from jinja2 import Environment, FileSystemLoader

    page = json.loads(source.read_text(encoding="utf-8"))
    style = (TEMPLATE / "page.css").read_text(encoding="utf-8")
    environment = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)
    template = environment.get_template("page.html.j2")
    html = template.render(page=page, w=page["words"], style=style, digest="")
    assert html.count("<article") >= len(page["cases"])
    source.with_suffix(".html").write_text(html, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "finish":
        finish(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        bare(Path(sys.argv[2]))
