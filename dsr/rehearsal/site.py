"""A played site as data: a folder with `site.toml` and the pages it names.

    hosts = ["chatgpt.com", "privacy.openai.com"]
    session = ["signed_in"]       # keys of the state that go to false when the session ends (see `memory`)
    assets = "/rehearsal/"        # under this path every .js and .css of the folder answers by its name, on every host
    parts = "settings"            # pages and assets that are not in the folder come from dsr's own `parts/settings/`

    [start]                       # what the site remembers, with its first values
    signed_in = true
    export = "none"

    [choice]                      # keys that take these values only
    export = ["none", "pending"]

    [[page]]                      # the first path that fits wins; `*` stands for anything
    path = "/settings/*"
    file = "app.html"
    host = "chatgpt.com"          # on this host only; without it, on every one

    [[action]]                    # what a page may post, as JSON; everything else is refused
    name = "export"
    path = "/rehearsal/export"
    host = "chatgpt.com"
    needs = { signed_in = true }                                 # else 401
    refuse = [ { when = { export = "pending" }, status = 409 } ]   # else, the first that fits
    sets = { export = "pending" }                                # "$value" takes `value` from what was posted

Names of actions and state are shared by all sites that are played together, so each has one owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import msgspec

from dsr.errors import BadFile

Scalar = bool | int | float | str

PARTS = Path(__file__).resolve().with_name("parts")
STATE_PATH = "/rehearsal/state"  # where pages learn what to show; the server answers it for every site
GENERIC: dict[str, Scalar] = {  # what the state of every site holds beside [start]; `memory` says what each does
    "first_byte_late": 0.0,
    "redirect_to": "",
    "redirect_how": "302",
    "page_status": 0,
    "retry_after": 0,
    "session_ends": "",
    "reauth": "",
}
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_KEY = re.compile(r"[a-z][a-z0-9_]*")


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A path, or many, and the file that answers it."""

    path: str
    file: str
    host: str = ""


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A state in which the site says no."""

    when: dict[str, Scalar]
    status: int


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something with an effect: when it is allowed, and what it changes."""

    name: str
    path: str
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    host: str = ""
    needs: dict[str, Scalar] = {}
    refuse: list[Refusal] = []
    sets: dict[str, Scalar] = {}

    @property
    def fault(self) -> str:
        """The key of the state that holds this action's fault."""
        return "fault_" + self.name.replace("-", "_")

    def uses(self) -> Iterator[tuple[str, Scalar]]:
        """Every key of the state that this action reads or writes, with the value it compares or puts."""
        for table in (self.needs, *(refusal.when for refusal in self.refuse), self.sets):
            yield from table.items()


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a `site.toml` says."""

    hosts: list[str]
    session: list[str] = []
    assets: str = ""
    parts: str = ""
    start: dict[str, Scalar] = {}
    choice: dict[str, list[str]] = {}
    page: list[Page] = []
    action: list[Action] = []
    folder: str = ""

    def first(self) -> dict[str, Scalar]:
        """The state as it begins: [start], and no fault in any action."""
        return self.start | {action.fault: "" for action in self.action}

    def file(self, host: str, path: str) -> Path | None:
        """The file that answers this path on this host, if any."""
        name = path.removeprefix(self.assets) if self.assets and path.startswith(self.assets) else ""
        if Path(name).name == name and Path(name).suffix in (".css", ".js") and (asset := self._file(name)):
            return asset
        for page in self.page:
            if page.host in ("", host) and fnmatchcase(path, page.path):
                return self._file(page.file)
        return None

    def _file(self, name: str) -> Path | None:
        """A file of the folder, else of the shared parts."""
        return _found(name, Path(self.folder), self.parts)

    def action_at(self, method: str, host: str, path: str) -> Action | None:
        """The action that this request calls, if any."""
        for act in self.action:
            if act.host in ("", host) and (act.method, act.path) == (method, path):
                return act
        return None


def _found(name: str, folder: Path, parts: str) -> Path | None:
    for place in (folder.resolve(), *([PARTS / parts] if parts else [])):
        file = (place / name).resolve()
        if file.is_relative_to(place) and file.is_file():
            return file
    return None


def fits(value: object, like: Scalar) -> bool:
    """Whether a value is of the type that a key of the state has; a whole number may stand for a fraction."""
    return type(value) is type(like) or (type(value) is int and type(like) is float)


def holds(state: Mapping[str, Scalar], wanted: Mapping[str, Scalar]) -> bool:
    """Whether the state has all these values."""
    return all(state[key] == value for key, value in wanted.items())


def read_site(folder: Path) -> Site:
    """Read and check a played site. Raises BadFile with every problem found."""
    source = folder / "site.toml"
    try:
        site = msgspec.toml.decode(source.read_bytes(), type=Site)
    except OSError as error:
        raise BadFile(source, f"cannot be read ({error.strerror})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFile(source, str(error)) from error
    if site.folder:
        raise BadFile(source, "Object contains unknown field `folder`")
    problems = [*_problems(site), *_start_problems(site), *_page_problems(site, folder.resolve())]
    if problems:
        raise BadFile(source, "; ".join(problems))
    return msgspec.structs.replace(site, folder=str(folder))


def _problems(site: Site) -> Iterator[str]:
    if not site.hosts:
        yield "hosts: names no host"
    yield from (f"hosts: '{host}' is no host name in lower case" for host in site.hosts if not _HOST.fullmatch(host))
    for number, page in enumerate(site.page):
        yield from _place_problems(f"page[{number}]", page, site.hosts)
    seen: set[str] = set()
    for number, action in enumerate(site.action):
        place = f"action[{number}]"
        if not _NAME.fullmatch(action.name) or action.name in seen:
            yield f"{place}.name: '{action.name}' is taken or no name (a-z, 0-9, -)"
        seen.add(action.name)
        yield from _place_problems(place, action, site.hosts)
        yield from _key_problems(place, action, site.start | GENERIC)


def _place_problems(place: str, thing: Page | Action, hosts: list[str]) -> Iterator[str]:
    if not thing.path.startswith("/"):
        yield f"{place}.path: '{thing.path}' does not begin with /"
    if thing.host and thing.host not in hosts:
        yield f"{place}.host: '{thing.host}' is not in hosts"


def _start_problems(site: Site) -> Iterator[str]:
    for key, value in site.start.items():
        if not _KEY.fullmatch(key):
            yield f"start: '{key}' is no name (a-z, 0-9, _)"
        if key in GENERIC:
            yield f"start: '{key}' is in every state already"
        if key in site.choice and value not in site.choice[key]:
            yield f"choice: '{key}' begins as {value!r}, which is none of its values"
    yield from (f"choice: '{key}' is not in [start]" for key in site.choice if key not in site.start)
    yield from (
        f"session: '{key}' is no true or false of [start]"
        for key in site.session
        if type(site.start.get(key)) is not bool
    )


def _key_problems(place: str, action: Action, start: Mapping[str, Scalar]) -> Iterator[str]:
    for key, value in action.uses():
        if key not in start:
            yield f"{place}: '{key}' is not in [start]"
        elif not fits(value, start[key]) and not str(value).startswith("$"):
            yield f"{place}: '{key}' is {value!r}, and [start] has {start[key]!r}"
    for refusal in action.refuse:
        if not 400 <= refusal.status <= 599:
            yield f"{place}.refuse: status {refusal.status} is no refusal (400 to 599)"


def _page_problems(site: Site, folder: Path) -> Iterator[str]:
    if site.parts and not (_NAME.fullmatch(site.parts) and (PARTS / site.parts).is_dir()):
        yield f"parts: dsr has none called '{site.parts}'"
        return
    for number, page in enumerate(site.page):
        if _found(page.file, folder, site.parts) is None:
            yield f"page[{number}].file: '{page.file}' is not in the site's folder"
