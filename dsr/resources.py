"""Our own data: where it lies (beside the package in a checkout, inside it in a wheel), and how a file of it is read."""

from __future__ import annotations

import codecs
import re
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from dsr import disk
from dsr.errors import BadFile

_T = TypeVar("_T")

_LONG_KEY = re.compile(rb"""(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){64}""")
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


def decode(content: bytes, kind: type[_T]) -> _T:
    """TOML as the struct that describes it. Raises ValueError or a MsgspecError with the place; also for a key of more than 64
    parts, with which the standard library's reader would take minutes and all memory (it is quadratic)."""
    content = content.removeprefix(codecs.BOM_UTF8)  # as some editors write it
    if _LONG_KEY.search(content):
        raise ValueError("a key has more than 64 parts")
    try:
        return msgspec.toml.decode(content, type=kind)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def toml(path: Path, kind: type[_T], *, schema: int = 1) -> _T:
    """A data file as the struct that describes it; its key `schema` must be the one this dsr understands.

    Raises BadFile naming the file, the place in it (`$.step[2].do`) and the problem.
    """
    try:
        plain = decode(disk.read(path), dict)
    except OSError as problem:
        raise BadFile(path, (problem.strerror or "cannot be read").lower()) from problem
    except (msgspec.MsgspecError, ValueError) as problem:
        raise BadFile(path, f"not TOML: {problem}") from problem
    found = plain.get("schema")
    if isinstance(found, int) and found > schema:
        raise BadFile(path, f"schema {found} is newer than this dsr understands ({schema})", "update dsr")
    if found != schema:
        raise BadFile(path, f"schema is {found!r}, expected {schema}")
    try:
        return msgspec.convert(plain, kind)
    except (msgspec.ValidationError, ValueError) as problem:
        raise BadFile(path, str(problem)) from problem
