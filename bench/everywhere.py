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
MADE = 'fact = "made for the bench"\non = 2026-10-02\n'
PLAYED = f'[offer.training-opt-out]\nstate = "automatic"\ngrade = "A"\ndefault = "on"\n{MADE}'
NOTHING = f'[offer.{{action}}]\nstate = "none"\ngrade = "N"\ninstead = "nothing"\n{MADE}'
TERMS = '[terms]\nautomation = "allowed"\nclause = "made for the bench"\nsource = "bench"\ndate = 2026-10-02\n'
FILES = ("service.toml", "training-opt-out.toml", "rehearsal/site.toml")


def made(folder: Path, slug: str) -> None:
    """Write the playbook of a service: Claude's, at another host, and driven instead of shown."""
    model = resources.folder("playbooks") / "anthropic"
    (folder / slug / "rehearsal").mkdir(parents=True)
    for name in FILES:
        text = (model / name).read_text(encoding="utf-8").replace("claude.ai", f"{slug}.example")
        text = text.replace("anthropic", slug).replace('"Claude"', f'"{slug}"')
        (folder / slug / name).write_text(text, encoding="utf-8")
    with (folder / slug / "service.toml").open("a", encoding="utf-8") as file:
        file.write(TERMS)
    parts = [f'schema = 1\ncontroller = "{slug}"\nname = "{slug}"', PLAYED]
    parts += [NOTHING.format(action=action) for action in ("request-export", "delete-account")]
    (folder / slug / "offers.toml").write_text("\n".join(parts), encoding="utf-8")


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
    ours = resources.folder
    # The ten are all that there are.
    resources.folder = lambda name: own if name == "playbooks" else ours(name)  # type: ignore[assignment]
    dsr("opt-out", sys.argv[1])
