"""Our own data: where it lies (beside the package in a checkout, inside it in a wheel), and how a file of it is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from dsr.errors import BadFile

_T = TypeVar("_T")

_PACKAGE = Path(__file__).resolve().parent


@cache
def folder(name: str) -> Path:
    """The folder `templates` or `playbooks`, wherever this dsr was installed from.

    Raises FileNotFoundError when the installation is incomplete.
    """
    for place in (_PACKAGE / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"this installation of dsr has no {name}/ folder")


def toml(path: Path, kind: type[_T], *, schema: int = 1) -> _T:
    """A data file as the struct that describes it; its key `schema` must be the one this dsr understands.

    Raises BadFile naming the file, the place in it (`$.step[2].do`) and the problem.
    """
    try:
        plain = msgspec.toml.decode(path.read_bytes())
    except OSError as problem:
        raise BadFile(path, (problem.strerror or "cannot be read").lower()) from problem
    except (msgspec.MsgspecError, ValueError) as problem:
        raise BadFile(path, f"not TOML: {problem}") from problem
    found = plain.get("schema") if isinstance(plain, dict) else None
    if isinstance(found, int) and found > schema:
        raise BadFile(path, f"schema {found} is newer than this dsr understands ({schema})", "update dsr")
    if found != schema:
        raise BadFile(path, f"schema is {found!r}, expected {schema}")
    try:
        return msgspec.convert(plain, kind)
    except (msgspec.ValidationError, ValueError) as problem:
        raise BadFile(path, str(problem)) from problem
