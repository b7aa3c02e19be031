"""The judge: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from dsr.cases import locking
from dsr.errors import DsrError
from dsr.store import Ledger, archive, files, upkeep
from dsr.vault import record
from dsr.vault.record import Lock, Record
from fault import forked, job

JOB = str(Path(job.__file__))
Ack = dict[str, Any]
BACKUP = next(number for number, line in enumerate(job.STEPS) if line.startswith("backup"))
WIPE = next(number for number, line in enumerate(job.STEPS) if line.startswith("vault wipe"))


class Verdict(NamedTuple):
    """What is wrong after a fault: acknowledged things that are gone or damaged, and things that are there twice."""

    lost: list[str]
    doubled: list[str]


def acknowledged(out: str) -> list[Ack]:
    """The steps that were acknowledged: whole lines of a step that came to its end."""
    lines = [json.loads(line) for line in out.split("\n")[:-1]]
    return [ack for ack in lines if ack["code"] in (0, 10)]


def defects(out: str) -> list[str]:
    """The steps that failed as a defect of dsr instead of in words."""
    errors = [json.loads(line).get("error") or {} for line in out.split("\n")[:-1]]
    return [error["message"] for error in errors if "defect" in error.get("message", "")]


def go_on(home: Path, acks: list[Ack]) -> list[Ack]:
    """Do the rest of the job, as a person would after a crash who looks first what is there; all acknowledgements."""
    first = acks[-1]["step"] + 1 if acks else 0
    while done(home, first):
        acks = [*acks, {"step": first, "code": 0, "data": {}, "seen": True}]
        first += 1
    if first <= BACKUP:
        Path(f"{home}.zip").unlink(missing_ok=True)  # whole, but not acknowledged: a backup overwrites nothing
    out, code = forked.heard(*forked.start(home, first))
    found = [*acks, *acknowledged(out)]
    if code or found[-1]["step"] != len(job.STEPS) - 1:
        raise RuntimeError(f"the job does not go on after step {first}: {code} {out[-3000:]}")
    return found


def done(home: Path, number: int) -> bool:
    """Whether a step that was not acknowledged has happened all the same: it is in the store."""
    if not (home / "store.db").exists() or number >= len(job.STEPS):
        return False
    line = job.STEPS[number].split()
    with Ledger(home, _key(home)) as ledger:
        cases = {request.id: events for request, events in ledger.cases()}
        if line[0] == "profile":
            return bool(ledger.subjects())
        if line[0].startswith("request-"):
            return ("openai-1" if number == 1 else "openai-2") in cases
        if line[0] == "log":
            return any(event.note == line[-1] for event in cases.get(line[1], []))
        if line[:2] == ["vault", "wipe"]:
            return line[2] not in cases
        if line[0] == "vault":
            lock = record.read(home).store
            return _state(lock) == line[1]
    return False


def _state(lock: Lock | None) -> str:
    """Which change of the lock came last, as far as the record tells."""
    return "decrypt" if lock is None else "rekey" if ".key2-" in lock.file else "encrypt"


def _key(home: Path) -> bytes:
    """The key of a home; of an image, from the key file as the image has it."""
    os.environ.pop("DSR_STORE_KEY_FILE", None)
    own = record.read(home) if (home / record.NAME).exists() else Record()
    locks = [lock for lock in (own.store, own.next) if lock]
    for lock in locks:
        file = home.parent / Path(lock.file).name
        if not file.exists():
            raise DsrError(f"the key file {file.name} is lost")
        if len(locks) == 1:
            os.environ["DSR_STORE_KEY_FILE"] = str(file)
    try:
        return locking.key(home)
    finally:
        os.environ.pop("DSR_STORE_KEY_FILE", None)


def judge(home: Path, acks: list[Ack]) -> Verdict:
    """Hold a home against what was acknowledged. What cannot be opened is lost."""
    try:
        return _held(home, acks)
    except DsrError as problem:
        return Verdict([problem.message], [])
    except FileNotFoundError as problem:
        return Verdict([f"{problem.filename} is not there"], [])


def _held(home: Path, acks: list[Ack]) -> Verdict:
    steps = {ack["step"] for ack in acks}
    doubled: list[str] = []
    if not steps:
        return Verdict([], [])
    key = _key(home)
    with Ledger(home, key) as ledger:
        cases = {request.id: events for request, events in ledger.cases()}
        people = ledger.subjects()
    notes = Counter(event.note for events in cases.values() for event in events if event.note)
    lost = [f"{one.about}: {one.what}" for one in upkeep.faults(home / "store.db", key)]
    for number in steps:
        line = job.STEPS[number].split()
        wiped = WIPE in steps or done(home, WIPE)
        if line[0] == "profile" and not people:
            lost.append("the profile")
        elif line[0].startswith("request-") and (case := "openai-1" if number == 1 else "openai-2") not in cases:
            lost += [case] if case == "openai-1" or not wiped else []
        elif line[0] == "log" and not notes[line[-1]] and not (line[1] == "openai-2" and wiped):
            lost.append(line[-1])
        elif line[0] == "backup":
            archive.read(Path(f"{home}.zip"))
    doubled += [note for note, times in notes.items() if times > 1]
    for case, kept in upkeep.evidence(home / "store.db", key):
        path = files.place(home / kept.path, key)
        if case == "openai-2" and WIPE - 1 in steps and WIPE not in steps and not path.exists():
            continue  # its wipe is under way, and the case goes last
        if not path.is_file() or files.digest(files.pieces(home, kept.path, key)) != kept.sha256:
            lost.append(f"{case}: {kept.path}")
    return Verdict(lost, doubled + _sent_twice(home, acks))


def _sent_twice(home: Path, acks: list[Ack]) -> list[str]:
    """Presses beyond the first, and stages that were announced twice."""
    site = Path(f"{home}.site")
    presses = len(site.read_text().splitlines()) if site.exists() else 0
    told = Counter(
        (row["case"], row["kind"], row["stage"], row["due"])
        for ack in acks
        if job.STEPS[ack["step"]].startswith("remind")
        for row in ack["data"].get("rows", [])
    )
    return ["a press"] * max(presses - 1, 0) + [f"announced twice: {one}" for one, times in told.items() if times > 1]
