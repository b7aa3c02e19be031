"""What the played sites remember and count, on disk before anybody hears of it.

The process that plays a site may be killed at any moment, so every change replaces the file before the answer
leaves. Beside what the sites declare, the state holds what can go wrong:

    fault_<action>    "500" "429"           the site fails or sends away; nothing is kept
                      "late:<seconds>"      it is kept, and the answer comes late
                      "never"               it is kept, and no answer comes
                      "200-reverted"        the answer is good, and nothing is kept
    first_byte_late   seconds before a document is answered
    redirect_to       URL to which every other document is sent (empty: none)
    redirect_how      301 302 307 js meta
    page_status       what every document is answered with: 429 500 503 (0: with itself)
    retry_after       seconds that an answer of 429 or 503 says in its header Retry-After (0: no such header)
    session_ends      when the session is gone, once; then the key is empty again:
                      "before"            as the next document is asked for
                      "after-open"        as the next action that needs a session arrives, which is refused
                      "after-press"       right after such an action was taken
                      "at-verify"         as the first document after such an action is asked for
    reauth            what a page must ask for before it shows anything else ("password" ...); until it is empty again,
                      actions that need a session are refused. With `session_ends` it stands from that moment on, and
                      then nobody is signed out.
"""

from __future__ import annotations

import math
import os
import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from dsr.errors import BadFile, UnknownName, UsageError
from dsr.rehearsal.site import GENERIC, Action, Scalar, Site, fits, holds

_FAULT = re.compile(r"|500|429|never|200-reverted|late:\d+(\.\d+)?")
_FORMS = {
    "redirect_how": re.compile(r"301|302|307|js|meta"),
    "session_ends": re.compile(r"|before|after-open|after-press|at-verify"),
    "reauth": re.compile(r"|password|second-factor|captcha"),
}


class Answer(NamedTuple):
    """The status of an action and how many seconds it lets wait; infinity is for ever."""

    status: int
    wait: float = 0.0


class _Saved(msgspec.Struct):
    state: dict[str, Scalar]
    counts: dict[str, int]


class Memory:
    """State and counters of the played sites; safe to use from many threads, owned by one process."""

    def __init__(self, file: Path, sites: Sequence[Site], start: Mapping[str, Scalar]) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._known = dict(GENERIC)
        self._choice: dict[str, Sequence[Scalar]] = {"page_status": (0, 429, 500, 503)}
        for site in sites:
            self._known |= site.first()
            self._choice |= site.choice
        self._session = {key for site in sites for key in site.session}
        self._state = dict(self._known)
        self._counts: dict[str, int] = {}
        saved = _load(file)
        if saved is None:
            self.set(start)
            return
        self._checked(start)
        self._counts = saved.counts
        self._state |= {k: v for k, v in saved.state.items() if k in self._known and self._takes(k, v)}

    @property
    def state(self) -> dict[str, Scalar]:
        """The state at this moment."""
        with self._lock:
            return dict(self._state)

    @property
    def counts(self) -> dict[str, int]:
        """The counters at this moment."""
        with self._lock:
            return dict(self._counts)

    def set(self, changes: Mapping[str, Scalar]) -> None:
        """Change the state by hand. Raises UnknownName or UsageError and then changes nothing."""
        checked = self._checked(changes)
        with self._lock:
            self._state |= checked
            self._save()

    def reset(self, start: Mapping[str, Scalar]) -> None:
        """Begin again: the first state with these changes, and no counts. Raises as `set`, and then changes nothing."""
        checked = self._checked(start)
        with self._lock:
            self._state = self._known | checked
            self._counts = {}
            self._save()

    def open_document(self) -> None:
        """A document is about to be answered: the moment at which a session may turn out to have ended."""
        with self._lock:
            if self._state["session_ends"] == "before":
                self._end_session()
                self._save()

    def count(self, *names: str) -> None:
        """Count something that was asked for."""
        with self._lock:
            self._add(*names)
            self._save()

    def act(self, request: str, action: Action, posted: Mapping[str, object]) -> Answer:
        """Judge, count and carry out an action in one go, and say how to answer it."""
        with self._lock:
            fault = str(self._state[action.fault])
            guarded = not self._session.isdisjoint(action.needs)
            if guarded and self._state["session_ends"] == "after-open":
                self._end_session()
            status, changes = self._judge(action, posted, fault, guarded=guarded)
            self._add(request, action.name if status == 200 else f"{action.name}.refused")
            self._state |= changes
            if guarded and status == 200:
                self._acted()
            self._save()
        if fault == "never":
            return Answer(status, math.inf)
        return Answer(status, float(fault.removeprefix("late:")) if fault.startswith("late:") else 0.0)

    def _acted(self) -> None:
        if self._state["session_ends"] == "after-press":
            self._end_session()
        elif self._state["session_ends"] == "at-verify":
            self._state["session_ends"] = "before"

    def _end_session(self) -> None:
        self._state["session_ends"] = ""
        if not self._state["reauth"]:
            self._state |= dict.fromkeys(self._session, False)

    def _judge(
        self, action: Action, posted: Mapping[str, object], fault: str, *, guarded: bool
    ) -> tuple[int, dict[str, Scalar]]:
        asks_again = guarded and self._state["reauth"] and not self._state["session_ends"]
        if asks_again or not holds(self._state, action.needs):
            return 401, {}
        for refusal in action.refuse:
            if holds(self._state, refusal.when):
                return refusal.status, {}
        if fault in {"500", "429"}:
            return int(fault), {}
        changes: dict[str, Scalar] = {}
        for key, value in action.sets.items():
            new = posted.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value
            if not self._takes(key, new):
                return 400, {}
            changes[key] = cast("Scalar", new)
        return 200, {} if fault == "200-reverted" else changes

    def _checked(self, changes: Mapping[str, Scalar]) -> dict[str, Scalar]:
        checked: dict[str, Scalar] = {}
        for typed, value in changes.items():
            key = typed.replace("-", "_")
            if key not in self._known:
                raise UnknownName("key of the rehearsal", typed, self._known)
            form = _FAULT if key.startswith("fault_") else _FORMS.get(key)
            new = str(value) if form else value
            if not self._takes(key, new) or (form and not form.fullmatch(str(new))):
                raise UsageError(f"the rehearsal cannot take {value!r} as '{key}'", f"now: {self._state[key]!r}")
            checked[key] = new
        return checked

    def _takes(self, key: str, value: object) -> bool:
        return fits(value, self._known[key]) and (key not in self._choice or value in self._choice[key])

    def _add(self, *names: str) -> None:
        for name in names:
            self._counts[name] = self._counts.get(name, 0) + 1

    def _save(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(msgspec.json.encode(_Saved(self._state, self._counts)))
        new.replace(self._file)


def _load(file: Path) -> _Saved | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Saved)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise BadFile(file, f"is not what a rehearsal remembers ({error})", "dsr rehearse reset") from error


def reset(state_file: Path) -> None:
    """Forget a rehearsal: the next one begins as the sites declare."""
    state_file.unlink(missing_ok=True)
    for left in state_file.parent.glob(f"{state_file.name}.*.new"):  # by a process that was killed while writing
        left.unlink(missing_ok=True)
