"""Who decides about the data where that is often not the service itself: whoever runs a bot, or a workspace."""

from __future__ import annotations

from dsr.cases.desk import Desk
from dsr.playbook import offers


def elsewhere(desk: Desk, slug: str, name: str) -> str:
    """Where a request belongs that is about data in a bot or workspace, by the person's own word; empty where the service itself
    decides. Where nobody can be asked, it is told."""
    operator = offers.find(slug).operator if slug in offers.controllers() else ""
    if not operator:
        return ""
    told = f"About data in a bot or workspace, {operator} decides, not {name}: the request then goes there."
    if desk.yes or not desk.person.present:
        desk.person.tell(told)
        return ""
    if not desk.person.confirm(f"{told} Is it about such data?"):
        return ""
    return f"Then write to {operator}: dsr directory add, then the same command with the name that you gave it."
