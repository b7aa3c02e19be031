"""Walk a playbook's way without acting, and say of each control whether it is still the one that the playbook knows.

Loaded and opened is what the playbook loads and opens; nothing is pressed for effect, nothing typed, and no banner is sent
away. What is said of a control holds no word of the page: only counts, and which known name it bears.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct, structs

from dsr.browser import look, press
from dsr.browser.look import View
from dsr.browser.outcome import Again, Report, Stop, Timing
from dsr.browser.walk import Walk
from dsr.browser.watch import Watch
from dsr.errors import Drifted, SiteDown
from dsr.model import Outcome, Person
from dsr.playbook.rules import used
from dsr.playbook.schema import (
    Act,
    Choose,
    ConfirmText,
    Download,
    Ensure,
    Fill,
    Goto,
    Open,
    PersonStep,
    Playbook,
    See,
    Service,
    Step,
)

if TYPE_CHECKING:
    from playwright.async_api import Page

Status = Literal["OK", "DRIFT", "SIGNED-OUT", "BLOCKED", "NOT-REACHED"]
_TURNS = 4


class Row(Struct, kw_only=True):
    """What was seen of a control. `why` is one of a few fixed words; `candidates` bear its role and a known name, `alike` its
    role, `marked` its test id; `locale` is that of the name it bears. `step` counts from 1, 0 where no step has it."""

    control: str
    status: Status = "NOT-REACHED"
    step: int = 0
    role: tuple[str, ...] = ()
    why: str = ""
    candidates: int = 0
    alike: int = 0
    marked: int = 0
    locale: str = ""


class Survey:
    """One survey of one page. `person` is None where nobody watches."""

    def __init__(
        self, page: Page, book: Playbook, service: Service, person: Person | None = None, timing: Timing | None = None
    ) -> None:
        self._book = book
        self._service = service
        self._time = timing or Timing()
        self._view = View(page, book)
        self._watch = Watch(page, book)
        report = Report(outcome=Outcome.UNKNOWN)
        self._walk = Walk(self._view, service, self._watch, self._time, person, report)
        self._rows: dict[str, Row] = {}
        self._lost = False  # the way on is not known: what is not there may lie behind an act or a drift

    async def perform(self) -> list[Row]:
        """Walk once. Never raises for what a site or a page does."""
        from playwright.async_api import Error

        await self._watch.listen()
        for _ in range(_TURNS):
            self._rows = {key: Row(control=key, role=self._book.control[key].role) for key in self._order()}
            self._lost = False
            try:
                await self._begin()
                for number, step in enumerate(self._book.step, 1):
                    await self._step(number, step)
            except Again:
                continue
            except Stop as stop:
                blocked = "(captcha)" in stop.note or await self._challenged()
                self._rest("BLOCKED" if blocked else "SIGNED-OUT", "the site asks for a person")
            except SiteDown:
                self._rest("BLOCKED", "the site cannot be reached, or refuses")
            except Drifted:
                self._rest("DRIFT", "the page went where the playbook does nothing")
            except (Error, TimeoutError):
                self._rest("BLOCKED", "the page does not respond")
            break
        return list(self._rows.values())

    async def _begin(self) -> None:
        """As in a run: the address of `verify` comes first, and the steps may go on from there."""
        verify = self._book.verify
        if verify.by == "page" and verify.goto:
            await self._visit(Goto(url=verify.goto, until=verify.control))
            await self._glance()

    async def _challenged(self) -> bool:
        return await self._walk.page.title() in self._service.challenges

    def _order(self) -> list[str]:
        """The controls to be looked for, in the order of the steps that have them."""
        spared = {self._service.signed_out, *self._service.refuse}
        wanted = used(structs.replace(self._book, choice={}), self._service)
        mentioned = [key for step in self._book.step for key in _keys(step)]
        first = [key for key in dict.fromkeys(mentioned) if key in self._book.control]
        return [*first, *sorted(key for key in wanted - set(first) - spared if key in self._book.control)]

    def _rest(self, status: Status, why: str) -> None:
        """The same for whatever was not seen; a drift is said once, of the first of them."""
        for row in self._rows.values():
            if row.status == "NOT-REACHED":
                row.status, row.why = status, why
                if status == "DRIFT":
                    return

    async def _step(self, number: int, step: Step) -> None:
        for key in _keys(step):
            if key in self._rows and not self._rows[key].step:
                self._rows[key].step = number
        if step.needless and not isinstance(step, Open) and await self._any(step.needless):
            await self._glance()
            return
        await self._visit(step)
        await self._glance()

    async def _visit(self, step: Step) -> None:
        match step:
            case Goto():
                self._lost = False
                await self._walk.goto(step)
                if step.until and await self._view.there(step.until):
                    await self._check(step.until)
            case Open():
                await self._open(step)
            case See():
                await self._check(step.control)
            case PersonStep():
                self._lost = self._lost or not await self._any(step.signs)
            case Ensure() if step.optional and not await self._walk.shows(step.control, self._time.probe):
                self._say(step.control, "NOT-REACHED", "not every account has it")
            case Ensure():
                await self._check(step.control, switch=True)
            case Fill() | Choose() | ConfirmText() | Download():
                await self._check(step.control)
                self._lost = self._lost or not isinstance(step, ConfirmText)
            case _ if isinstance(step, get_args(Act)):
                await self._check(str(getattr(step, "control", "")))
                self._lost = True

    async def _any(self, keys: Sequence[str]) -> bool:
        return any([await self._view.there(key, named=True) for key in keys])

    def _say(self, key: str, status: Status, why: str = "") -> None:
        row = self._rows[key]
        if row.status == "NOT-REACHED":
            row.status, row.why = status, why

    async def _open(self, step: Open) -> None:
        """Press an opener as the playbook does, until what it opens shows."""
        from playwright.async_api import Error

        if step.enough and await self._view.first([*step.enough, step.control], self._time.step) in step.enough:
            return
        if not await self._check(step.control):
            self._lost = True
            return
        covered = False
        for _ in range(3):  # a page that has not woken up yet sleeps through a press
            try:
                await press.opener(self._view, step.control, 2)
                covered = False
            except Drifted:
                covered = False  # it went away, or is drawn anew: what it opens is waited for all the same
            except Error as problem:
                covered = "intercepts pointer events" in str(problem)
            await self._watch.quiet(self._time.quiet)
            self._watch.check()
            if not step.until or await self._view.first(step.enough, self._time.probe):
                break
        else:
            await self._walk.admitted()
            if covered:
                self._rows[step.control].status = "NOT-REACHED"
                self._say(step.control, "BLOCKED", "something lies over it")
            else:
                self._say(step.until, "DRIFT", "did not open")
            self._lost = True
            return
        if step.until and await self._view.there(step.until):
            await self._check(step.until)

    async def _check(self, key: str, *, switch: bool = False) -> bool:
        """Look at a control where it should be, and write down what was seen; True where it is the known one."""
        out = self._service.signed_out
        limit = self._time.probe if self._lost else self._time.step
        await self._view.first([key, out] if out else [key], limit)
        self._watch.check()
        try:
            found = await self._view.find(key) or await self._walk.unfolded(key)
            if found is not None and switch:
                await look.state(found)
        except Drifted:
            await self._drift(key, switch=switch)
            return False
        if found is not None:
            self._say(key, "OK")
            self._rows[key].locale = found.name.locale if found.name else ""
            return True
        await self._walk.admitted()
        if not self._lost:
            await self._drift(key)
        return False

    async def _drift(self, key: str, *, switch: bool = False) -> None:
        row = self._rows[key]
        plain = structs.replace(self._book.control[key], names=(), testid=(), any_name=True)
        bare = View(self._view.page, structs.replace(self._book, control=self._book.control | {key: plain}))
        row.candidates = row.alike = row.marked = 0
        for frame in self._view.frames():
            marked = self._view.marked(frame, key)
            row.marked += await marked.count() if marked else 0
            row.candidates += await self._view.by_name(frame, key).count()
            row.alike += await bare.by_name(frame, key).count()
        why = "several alike" if row.candidates > 1 else "neither on nor off" if switch else "its test id is elsewhere"
        if not row.candidates:
            why = "another name" if row.marked else "not there"
        self._say(key, "DRIFT", why)

    async def _glance(self) -> None:
        """Whatever else shows now and is confirmed is all right, too; what is not says nothing yet."""
        for key, row in self._rows.items():
            if row.status != "NOT-REACHED" or row.why:
                continue
            try:
                found = await self._view.find(key) if await self._view.there(key, named=True) else None
            except Drifted:
                continue
            if found is not None:
                row.status, row.locale = "OK", found.name.locale if found.name else ""


def _keys(step: Step) -> Iterator[str]:
    names = ("control", "until", "accepted", "reference", "confirm", "option", "gone")
    yield from filter(None, (str(getattr(step, name, "")) for name in names))
    yield from step.needless
    yield from step.signs if isinstance(step, PersonStep) else ()
