"""What things are called where people read them."""

from __future__ import annotations

from functools import cache

from dsr import registry


@cache
def company(slug: str) -> str:
    """The name of a company that people use, `OpenAI`; its slug where dsr has no record of it."""
    known = slug in registry.slugs()
    return registry.find(slug).name if known else slug
