"""`dsr playbook new`: the first form of a playbook, with the service's record and a rehearsal to play it on.

The files of `blank/` are filled in with the name, the address and the day; what only the author knows is marked, and
`dsr playbook lint` names each mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from dsr import resources
from dsr.errors import BadFile, UsageError
from dsr.playbook import read
from dsr.playbook.checks import ID, is_local, is_origin, origin_of
from dsr.playbook.schema import Effect, Service

_BLANK = Path(__file__).with_name("blank")
_TERMS = {  # by whether the site is on this machine, so one's own
    True: ("allowed", "it is a site of your own, on this machine", "@ORIGIN@"),
    False: (
        "unclear",
        "FILL IN: what the site's terms say about automatic use of one's own account, in your words",
        "FILL IN: where the terms say so",
    ),
}
_FLOWS = {
    Effect.REVERSIBLE: 'action = "training"\ndone = { training = "off" }\nalready = { training = "off" }\n',
    Effect.SUBMIT: 'action = "request"\ndone = { requested = true }\n',
    Effect.DESTRUCTIVE: (
        'action = "delete"\ndone = { deleted = true }\nattended = true\n'
        'person = [{ control = "#delete-for-good, [data-testid=delete-button], dialog button" }]\n'
    ),
}


def flow(name: str, effect: Effect) -> str:
    """What `flows.toml` says of such a playbook; empty for one that only reads, which has nothing to count."""
    return f'[[flow]]\nplaybook = "{name}"\n{_FLOWS[effect]}' if effect in _FLOWS else ""


def origin_beside(path: Path) -> str:
    """The site of the service whose record lies beside a playbook to come; empty where there is none that can be read."""
    try:
        return origin_of(resources.toml(path.with_name("service.toml"), Service).sign_in)
    except BadFile:
        return ""


def files(name: str, effect: Effect, origin: str, on: date) -> dict[str, str]:
    """The files of a new playbook by their path in the folder of playbooks. A site on this machine is no rehearsal's: it can be
    run against itself. Raises UsageError for a name or an origin that cannot be."""
    slug, _, action = name.partition("/")
    if not ID.fullmatch(name) or action in read.BESIDE:
        raise UsageError(
            f"'{name}' is not the name of a playbook", "CONTROLLER/ACTION, in a-z, 0-9 and -: acme/opt-out"
        )
    if name in read.ids():
        raise UsageError(f"'{name}' is one of dsr's own playbooks", "give yours another name")
    origin = origin or f"https://www.{slug}.example"
    if not is_origin(origin):
        raise UsageError(f"'{origin}' is not an origin", "https://host without a path, or http://127.0.0.1:PORT")
    words = dict(zip(("@AUTOMATION@", "@CLAUSE@", "@TERMS@"), _TERMS[is_local(origin)], strict=True)) | {
        "@ID@": name,
        "@SLUG@": slug,
        "@ORIGIN@": origin,
        "@HOST@": origin.partition("://")[2].partition(":")[0],
        "@TODAY@": on.isoformat(),
        "@FLOW@": flow(name, effect),
    }
    found = {f"{name}.toml": f"{effect}.toml", f"{slug}/service.toml": "service.toml"}
    if not is_local(origin):
        rehearsal = sorted(path.name for path in (_BLANK / "rehearsal").iterdir())
        found |= {f"{slug}/rehearsal/{file}": f"rehearsal/{file}" for file in rehearsal}
    if effect not in _FLOWS:
        found.pop(f"{slug}/rehearsal/flows.toml", None)
    return {path: _filled(_BLANK / blank, words) for path, blank in found.items()}


def _filled(blank: Path, words: Mapping[str, str]) -> str:
    text = blank.read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def write(folder: Path, made: Mapping[str, str]) -> tuple[list[Path], list[Path]]:
    """Write files into a folder; return those that were written and those that were there and stay as they are, a rehearsal
    as a whole. Raises BadFile where the playbook itself is there."""
    first = folder / next(iter(made))
    if first.exists():
        raise BadFile(first, "is there already and stays as it is", "give the new playbook another name")
    rehearsed = (first.parent / "rehearsal").exists()
    written, kept = [], []
    for path in map(folder.joinpath, made):
        if path.exists() or (rehearsed and path.parent.name == "rehearsal"):
            kept.append(path)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(made[str(path.relative_to(folder).as_posix())])
        written.append(path)
    return written, kept
