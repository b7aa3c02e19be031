"""A played site as data: a folder with `site.toml` and the pages it names.

    hosts = ["chatgpt.com"]

    [start]                       # what the site remembers, with its first values
    signed_in = true
    export = "none"

    [[page]]                      # the first path that fits wins; `*` stands for anything
    path = "/settings/*"
    file = "app.html"

    [[action]]                    # what a page may post, as JSON; everything else is refused
    name = "export"
    path = "/rehearsal/export"
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

STATE_PATH = "/rehearsal/state"  # where pages learn what to show; the server answers it for every site
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_KEY = re.compile(r"[a-z][a-z0-9_]*")


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A path, or many, and the file that answers it."""

    path: str
    file: str


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A state in which the site says no."""

    when: dict[str, Scalar]
    status: int


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something with an effect: when it is allowed, and what it changes."""

    name: str
    path: str
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
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
    start: dict[str, Scalar] = {}
    page: list[Page] = []
    action: list[Action] = []
    folder: str = ""

    def file(self, path: str) -> Path | None:
        """The file that answers this path, if any."""
        for page in self.page:
            if fnmatchcase(path, page.path):
                return Path(self.folder, page.file)
        return None

    def action_at(self, method: str, path: str) -> Action | None:
        """The action that this request calls, if any."""
        return next((act for act in self.action if (act.method, act.path) == (method, path)), None)


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
    problems = [*_problems(site), *_page_problems(site, folder.resolve())]
    if problems:
        raise BadFile(source, "; ".join(problems))
    return msgspec.structs.replace(site, folder=str(folder))


def _problems(site: Site) -> Iterator[str]:
    if not site.hosts:
        yield "hosts: names no host"
    yield from (f"hosts: '{host}' is no host name in lower case" for host in site.hosts if not _HOST.fullmatch(host))
    yield from (f"start: '{key}' is no name (a-z, 0-9, _)" for key in site.start if not _KEY.fullmatch(key))
    seen: set[str] = set()
    for number, action in enumerate(site.action):
        place = f"action[{number}]"
        if not _NAME.fullmatch(action.name) or action.name in seen:
            yield f"{place}.name: '{action.name}' is taken or no name (a-z, 0-9, -)"
        seen.add(action.name)
        if not action.path.startswith("/"):
            yield f"{place}.path: '{action.path}' does not begin with /"
        yield from _key_problems(place, action, site.start)


def _key_problems(place: str, action: Action, start: Mapping[str, Scalar]) -> Iterator[str]:
    for key, value in action.uses():
        if key not in start:
            yield f"{place}: '{key}' is not in [start]"
        elif not fits(value, start[key]) and value != "$value":
            yield f"{place}: '{key}' is {value!r}, and [start] has {start[key]!r}"
    for refusal in action.refuse:
        if not 400 <= refusal.status <= 599:
            yield f"{place}.refuse: status {refusal.status} is no refusal (400 to 599)"


def _page_problems(site: Site, folder: Path) -> Iterator[str]:
    for number, page in enumerate(site.page):
        if not page.path.startswith("/"):
            yield f"page[{number}].path: '{page.path}' does not begin with /"
        file = (folder / page.file).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            yield f"page[{number}].file: '{page.file}' is not in the site's folder"
