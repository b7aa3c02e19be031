"""Play cells: one browser and one played site for all of them, and for each cell a context and a state of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from dsr import resources
from dsr.browser.find import Browser
from dsr.browser.outcome import Report, Timing
from dsr.browser.runner import Run
from dsr.browser.stage import Scene, Stage, staged
from dsr.cases.matrix.cells import Cell, Play
from dsr.cases.matrix.knowing import knowing
from dsr.cases.matrix.oracle import Event, Seen, Verdict, judge
from dsr.cases.matrix.person import Notebook, Scripted
from dsr.model import Evidence
from dsr.playbook import read
from dsr.playbook.schema import Playbook
from dsr.rehearsal import Rehearsal, mutations
from dsr.rehearsal.flows import read_flows
from dsr.rehearsal.site import read_site

QUICK = Timing(
    load=6, step=2.0, probe=1.0, settle=0.6, reopen=0.6, quiet=2.0, answer=1.5, press=1.5, person=6, back=1.5, stuck=20
)
_TICK = 0.01


def plays(name: str, folder: Path | None = None, rehearsal: Path | None = None) -> list[Play]:
    """Everything about a playbook and its rehearsal, once for each of its flows. `folder` holds playbooks of the person's own.
    Raises UnknownName, BadData where it has no flow, BadFile."""
    root = folder or resources.folder("playbooks")
    controller = name.partition("/")[0]
    place = rehearsal or root / controller / "rehearsal"
    service, site = read.service(controller, folder), read_site(place)
    return [
        Play(book=read.chosen(read.load(name, folder), flow.wish), service=service, flow=flow, site=site)
        for flow in read_flows(place, name)
    ]


class Part(Struct, frozen=True, kw_only=True):
    """What whoever performs is given. `person` is None where nobody is there."""

    cell: Cell
    book: Playbook
    scene: Scene
    journal: Notebook
    person: Scripted | None


Performer = Callable[[Part], Awaitable[Report]]


async def dsr(part: Part) -> Report:
    """dsr performs: one run of the playbook."""
    play = part.cell.play
    run = Run(
        part.scene.page,
        part.book,
        play.service,
        part.journal,
        person=part.person,
        timing=QUICK,
        keep_evidence=part.cell.mutation.evidence,
        fields=play.flow.fields,
    )
    return await run.perform()


class Theatre:
    """A played site and a browser; `verdict` plays one cell. Another performer is for comparison."""

    def __init__(self, site: Rehearsal, stage: Stage, perform: Performer = dsr) -> None:
        self._site = site
        self._stage = stage
        self._perform = perform

    async def verdict(self, cell: Cell) -> Verdict:
        """Play a cell and judge it; a cell that does not apply is only named."""
        if cell.idle:
            return Verdict(cell=cell.id, row=cell.mutation.row, kind="does not apply", why=cell.idle)
        began = time.perf_counter()
        verdict = judge(cell, await self.play(cell))
        return msgspec.structs.replace(verdict, seconds=time.perf_counter() - began)

    async def play(self, cell: Cell) -> Seen:
        """Play a cell, and say what there was to see."""
        mutation, flow = cell.mutation, cell.play.flow
        walked = flow.every_step if mutation.at == "step" else {}
        sudden = mutation.then if mutation.at == "step" and not cell.key else {}
        self._site.reset(**(flow.start | walked | mutation.set | sudden))
        book = knowing(cell.play.book, cell.play.act, mutation.knows)
        ears = _Ears(cell, self._site)
        framed = book.origins[0] if mutation.framed else ""
        async with self._stage.scene(
            _script(cell, book), ears.hear, ears.driven, framed=framed, lax=mutation.lax
        ) as scene:
            return await self._run(cell, book, scene, ears)

    async def _run(self, cell: Cell, book: Playbook, scene: Scene, ears: _Ears) -> Seen:
        person = Scripted(cell.play.flow, scene)
        ears.person = person
        journal = _Notebook(person)
        attended = cell.mutation.person == "there" or (cell.play.flow.attended and not cell.mutation.person)
        part = Part(cell=cell, book=book, scene=scene, journal=journal, person=person if attended else None)
        async with asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(person.live()), tasks.create_task(self._after_press(cell, scene))]
            report = await self._perform(part)
            for task in beside:
                task.cancel()
        return Seen(
            report=report,
            state=self._site.state,
            counts=self._site.counts,
            events=ears.events,
            told=person.told,
            page_told=ears.told,
            written=journal.written,
            dialogs=scene.dialogs,
            framed=scene.framed,
            person_acts=person.acts,
            kept_while_waiting=journal.meanwhile,
        )

    async def _after_press(self, cell: Cell, scene: Scene) -> None:
        """What a mutation does as soon as the server has counted the press."""
        mutation, action = cell.mutation, cell.play.flow.action
        if mutation.at != "pressed":
            return
        while not self._site.counts.get(action):
            await asyncio.sleep(_TICK)
        self._site.set(**mutation.then)
        if mutation.go == "reload":
            await scene.leave()


class _Ears:
    """Hears what the scripts in the pages tell, and answers where the page shall go."""

    def __init__(self, cell: Cell, site: Rehearsal) -> None:
        self._cell = cell
        self._site = site
        self.told: set[str] = set()
        self.events: list[Event] = []
        self.person: Scripted | None = None

    def driven(self) -> None:
        """dsr has loaded an address."""
        if self.person and self.person.interrupted():
            self.events.append(Event(kind="load", name="an address", origin="null", waiting=True))

    async def hear(self, what: str, detail: str) -> str:
        """What `__dsrMatrix(what, detail)` comes to."""
        if what == "trusted":
            event = msgspec.json.decode(detail, type=Event)
            self.events.append(msgspec.structs.replace(event, waiting=bool(self.person and self.person.interrupted())))
            return ""
        first = what not in self.told
        self.told.add(what)
        if what == "reached" and first:
            self._site.set(**self._cell.mutation.then)
            return self._cell.mutation.go
        return ""


class _Notebook(Notebook):
    """A notebook that counts what is kept while the person acts."""

    def __init__(self, person: Scripted) -> None:
        super().__init__()
        self._person = person
        self.meanwhile = 0

    def keep(self, kind: str, content: bytes | Path, suffix: str) -> Evidence:
        self.meanwhile += self._person.untouched
        return super().keep(kind, content, suffix)


def _script(cell: Cell, book: Playbook) -> str:
    mutation = cell.mutation
    if mutation.at in ("step", "shown", "hover") and cell.key:
        moment = "pointermove" if mutation.at == "hover" else "shown"
        ready = msgspec.structs.replace(mutation, script="leave.js")
        return mutations.script(book, cell.play.target, ready, key=cell.key, at=moment)
    return mutations.script(book, cell.play.target, mutation)


@asynccontextmanager
async def theatre(rehearsal: Path, scratch: Path, found: Browser, perform: Performer = dsr) -> AsyncIterator[Theatre]:
    """A theatre for the cells of one rehearsal; `scratch` is a folder for what the played site remembers."""
    with Rehearsal([rehearsal, mutations.LOOKALIKE], scratch / "site.json") as site:
        async with staged(found, site.browser_args) as stage:
            yield Theatre(site, stage, perform)
