"""Write the table of services into README.md and docs/services.md from `playbooks/*/offers.toml`, or check what is there.

`python tools/services_table.py [--check]`; `make test` checks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from dsr.playbook import offers
from dsr.playbook.offers import ACTIONS, Offer

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- services: written by tools/services_table.py -->", "<!-- /services -->"
HEAD = """# What dsr does at each service

Written by `tools/services_table.py` from `playbooks/*/offers.toml`. Nothing here was tried live by us: each row says who saw
it, and when. The grade is how well the facts are founded: A, hooks in two public code bases; B, address and label seen; C, a
path from a directory or a help text; D, a form or an address only; N, not offered. `automatic`: dsr presses; `assisted`: dsr
shows, you press, dsr reads; `checklist`: the steps in words, and the letter; `none`: what to do instead. Facts are *ageing*
after 90 days and *old* after 180; `dsr opt-out --list` shows their age today.
"""


def cell(one: Offer) -> str:
    """State, grade and date of an action."""
    return f"{one.state} {one.grade} {one.on}"


def short() -> str:
    """The table of the README: services by actions."""
    rows = ["| Service | Training opt-out | Export | Deletion of the account |", "|---|---|---|---|"]
    for slug in offers.controllers():
        found = offers.find(slug)
        rows.append(f"| {found.name} (`{slug}`) | " + " | ".join(cell(found.offer[one]) for one in ACTIONS) + " |")
    return "\n".join(rows)


def whole() -> str:
    """The page with the sources."""
    parts = [HEAD]
    for slug in offers.controllers():
        found = offers.find(slug)
        parts.append(f"\n## {found.name} (`{slug}`)\n")
        for action in ACTIONS:
            one = found.offer[action]
            said = one.default if action == ACTIONS[0] else ""
            line = f"- **{action}**: {cell(one)}." + (f" If you do nothing: {said}." if said else "")
            line += f" Instead: {one.instead}." if one.instead else ""
            line += f" Better than its grade, because {one.despite}." if one.despite else ""
            parts.append(f"{line} Source: {one.fact}.")
    return "\n".join(parts).replace("\n\n\n", "\n\n") + "\n"


def readme(text: str) -> str:
    """The README with the table of today's data. Raises ValueError where the marks are missing."""
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError("README.md has no place for the table of services")
    return f"{before}{BEGIN}\n{short()}\n{END}{after}"


def main(argv: list[str]) -> int:
    """Write, or with --check tell what is not as it should be."""
    targets: dict[Path, Callable[[str], str]] = {
        ROOT / "README.md": readme,
        ROOT / "docs" / "services.md": lambda _: whole(),
    }
    stale = []
    for path, make in targets.items():
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        if there != (wanted := make(there)):
            stale.append(path.name)
            if "--check" not in argv:
                path.write_text(wanted, encoding="utf-8")
    if stale and "--check" in argv:
        print(f"not as the offers say: {', '.join(stale)}; run python tools/services_table.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
