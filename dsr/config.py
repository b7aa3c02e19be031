"""Where dsr keeps things, and what the person set in `config.toml`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from dsr import disk, resources
from dsr.errors import BadFile

ChannelName = Literal["terminal", "desktop", "email", "file", "command"]


class Remind(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How reminders reach the person: the `channels`; `file` is the path for the channel of that name, `command` the program
    for its, with its arguments."""

    channels: tuple[ChannelName, ...] = ("terminal",)
    file: str = ""
    command: tuple[str, ...] = ()


class Mail(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The person's own mail server, to send with. `to` is the person's own address, `sender` another one if it is not the same;
    `port` is that of the security where none is given; `ca_file` holds the certificate of a server that signed its own."""

    to: str = ""
    sender: str = ""
    host: str = ""
    port: int = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    ca_file: str = ""


# What dsr keeps in its folder; none of them may be a link. The person's own playbooks may be one.
_OWN = (
    "store.db",
    "store.db-wal",
    "store.db-shm",
    "config.toml",
    "vault.json",
    "cases",
    "runs",
    "backups",
    "browser",
    "sites",
    "rehearsal",
)
_ALSO = ("directory", "playbooks", "preview", "templates")


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`$DSR_HOME/config.toml`. `browser` is the path of the browser to drive; `evidence` whether runs keep snapshots
    and pictures of what they saw; `playbooks` the folder of the person's own playbooks, if not `playbooks` in the home;
    `keep_closed_days` after how many days a settled case may go, 0 for never; `remind` and `mail` are tables."""

    browser: str = ""
    evidence: bool = True
    playbooks: str = ""
    keep_closed_days: int = 0
    remind: Remind = Remind()
    mail: Mail = Mail()


def home(*, rehearsal: bool = False) -> Path:
    """The folder of one's cases: `$DSR_HOME`, else the platform's place for user data. Rehearsals have one inside it."""
    chosen = os.environ.get("DSR_HOME")
    place = disk.named(chosen) if chosen else _usual()
    return place / "rehearsal" if rehearsal else place


def _usual() -> Path:
    from platformdirs import user_data_path

    return user_data_path("dsr", appauthor=False)


def usual(folder: Path) -> bool:
    """Whether a home is the one that is taken where `$DSR_HOME` names none."""
    return folder == _usual()


def choose(folder: str) -> None:
    """Take another folder for one's cases, for this process: a scheduler passes no environment on."""
    os.environ["DSR_HOME"] = folder


def private(folder: Path) -> Path:
    """The folder, made if missing, open to its owner only. Raises BadFile where it is none, or what dsr keeps in it is a link."""
    try:
        disk.make(folder)
        folder.mkdir(exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise BadFile(
            folder, "dsr keeps its things in a folder, and this is none", "set DSR_HOME to a folder"
        ) from None
    disk.refuse_links(folder, _OWN)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def read(folder: Path) -> Config:
    """The configuration of a home folder; all defaults where there is no file. Raises BadFile with the key."""
    path = folder / "config.toml"
    disk.refuse_links(folder, (path.name,))
    try:
        return resources.decode(disk.read(path), Config)
    except FileNotFoundError:
        return Config()
    except (msgspec.MsgspecError, ValueError) as problem:
        raise BadFile(path, str(problem)) from problem


def within(folder: Path, typed: str) -> Path:
    """A path of the configuration, relative to the home folder where it is not a whole one. Raises BadFile."""
    return disk.named(typed) if typed.startswith("~") else disk.named(folder / typed)


def belongs(folder: Path, path: Path) -> bool:
    """Whether dsr itself keeps what lies at a path: nothing of the person's may be written there."""
    if not path.is_relative_to(folder):
        return False
    name = (*path.relative_to(folder).parts, "")[0].lower()
    return name in ("", *_OWN, *_ALSO) or name.startswith((".", "store", "vault.", "remind.", "remind-"))


def playbooks(folder: Path) -> Path:
    """Where a person's own playbooks lie, for a home folder; it may not exist yet. Raises BadFile for a bad configuration."""
    return within(folder, read(folder).playbooks or "playbooks")
