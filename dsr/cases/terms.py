"""What a service's terms say about automatic use: those of its own `service.toml`, else what the company's record says of them.

The record is the one place for the companies that dsr knows, as its page shows the same words. What it has from memory alone
binds dsr as if it were read: it then presses nothing.
"""

from __future__ import annotations

from dsr import registry
from dsr.playbook.schema import Service, Terms


def of(service: Service) -> Terms:
    """The terms of a service; unclear where nobody has read them. Raises UnknownName where its company is not on record."""
    if service.terms is not None:
        return service.terms
    said = registry.find(service.controller).statements.automation_terms
    return Terms(
        automation="unclear" if said.stance == "unknown" else said.stance,
        clause=" ".join(filter(None, (said.absent, said.short, *said.says))),
        source=said.source[0],
        date=said.on,
    )
