"""Ten services that are played with one page, for `bench.py`: all in one run of dsr, or one run for each.

python bench/everywhere.py --all
python bench/everywhere.py SLUG
"""

from __future__ import annotations

import sys
from pathlib import Path

from dsr import config, registry, resources
from dsr.cli import main

COUNT = 10
OFFERS = """schema = 1
controller = "{slug}"
name = "{slug}"

[offer.training-opt-out]
state = "automatic"
grade = "A"
fact = "made for the bench"
on = 2026-10-02
default = "on"

[offer.request-export]
state = "none"
grade = "N"
fact = "made for the bench"
on = 2026-10-02
instead = "nothing"

[offer.delete-account]
state = "none"
grade = "N"
fact = "made for the bench"
on = 2026-10-02
instead = "nothing"
"""
FILES = ("service.toml", "training-opt-out.toml", "rehearsal/site.toml")


def made(folder: Path, slug: str) -> None:
    """Write the playbook of a service: Claude's, at another host, and driven instead of shown."""
    model = resources.folder("playbooks") / "anthropic"
    (folder / slug / "rehearsal").mkdir(parents=True)
    for name in FILES:
        text = (model / name).read_text(encoding="utf-8").replace("claude.ai", f"{slug}.example")
        text = text.replace("anthropic", slug).replace('"forbidden"', '"allowed"').replace('"Claude"', f'"{slug}"')
        (folder / slug / name).write_text(text, encoding="utf-8")
    (folder / slug / "offers.toml").write_text(OFFERS.format(slug=slug), encoding="utf-8")


def dsr(*args: str) -> None:
    """One call of dsr. Ends the process where it does not end well."""
    try:
        main([*args, "--rehearse", "--headless", "--yes", "--json"])
    except SystemExit as ended:
        if ended.code:
            raise


if __name__ == "__main__":
    chosen = registry.slugs()[:COUNT]
    own = config.private(config.home()) / "playbooks"
    if not own.exists():
        for one in chosen:
            made(own, one)
    resources.folder = lambda _name: own  # type: ignore[assignment]  # the ten are all that there are
    dsr("opt-out", sys.argv[1])
