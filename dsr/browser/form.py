"""What a playbook does with forms: typed fields, choices, the account compared, a file fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from dsr.browser import around, look, press
from dsr.browser.outcome import Report, Stop
from dsr.browser.walk import Walk
from dsr.errors import Drifted
from dsr.model import Journal, Outcome
from dsr.playbook.schema import Choose, ConfirmText, Download, Fill

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CHECKED = "(node) => node.checked === true || node.getAttribute('aria-checked') === 'true'"
_OPTIONS = "(node) => [...(node.options || [])].map((one) => [one.value, one.label.trim()])"
_CHOSEN = "(node) => [...(node.selectedOptions || [])].map((one) => one.label.trim())"


class Form:
    """The forms of one run. `fields` are the values of the person's fields, for the names that the playbook discloses."""

    def __init__(self, walk: Walk, journal: Journal, report: Report, fields: Mapping[str, str]) -> None:
        self._walk = walk
        self._journal = journal
        self._report = report
        self._fields = fields

    def _value(self, field: str) -> str:
        value = self._fields.get(field, "")
        if not value:
            raise Stop(Outcome.NEEDS_PERSON, f"the page wants your {field}, and your profile has none")
        return value

    async def fill(self, step: Fill) -> None:
        """Type a field of the person into a known text field on a page of the origins."""
        from playwright.async_api import Error

        value = self._value(step.field)
        found = await self._walk.wait(step.control)
        if self._walk.assisted:

            async def typed_by_person() -> bool:
                return bool(await found.node.input_value())

            await self._walk.shown_to_person(step.control, f"type your {step.field} into", typed_by_person)
            return
        if await look.disabled(found):
            raise Stop(Outcome.NEEDS_PERSON, f"{self._walk.called(step.control)} takes no text")
        self._walk.watch.check()
        if step.field not in self._report.disclosed:
            self._report.disclosed.append(step.field)
        try:
            await found.node.fill(value, timeout=self._walk.time.press * 1000)
            typed = await found.node.input_value()
        except Error as problem:
            raise Drifted(f"{self._walk.called(step.control)} cannot be typed into", "nothing was sent") from problem
        self._walk.watch.check()
        if typed != value:
            raise Drifted(f"{self._walk.called(step.control)} does not hold what was typed", "nothing was sent")

    async def choose(self, step: Choose) -> None:
        """Mark a radio button or box, or choose an option of a list."""
        from playwright.async_api import Error

        found = await self._walk.wait(step.control)
        called = self._walk.called(step.control)
        self._walk.watch.check()
        if self._walk.assisted:
            await self._walk.shown_to_person(step.control, "choose", partial(self._chosen, step))
            return
        if step.option:
            known = self._known(step.option)
            values = [value for value, text in await found.node.evaluate(_OPTIONS) if known.match(text)]
            if len(values) != 1:
                raise Drifted(f"{called} has {len(values)} options called {self._walk.called(step.option)}", "")
            await found.node.select_option(value=values)
            return
        if not await self._chosen(step):
            try:
                await press.opener(self._walk.view, step.control, self._walk.time.press)
            except Error as problem:
                raise Drifted(f"{called} could not be marked: {press.why_not(problem)}", "") from problem
        if not await self._chosen(step):
            raise Drifted(f"{called} could not be marked", "")

    def _known(self, option: str) -> re.Pattern[str]:
        return look.pattern(self._walk.view.book.control[option].names)

    async def _chosen(self, step: Choose) -> bool:
        """Whether the button is marked, or the list shows the option."""
        node = (await self._walk.wait(step.control)).node
        if not step.option:
            return bool(await node.evaluate(_CHECKED))
        return any(self._known(step.option).match(text) for text in await node.evaluate(_CHOSEN))

    async def confirm_text(self, step: ConfirmText) -> None:
        """Go on only where the page shows the person's own field: another account is never acted on."""
        value = self._value(step.field).casefold()
        await self._walk.wait(step.control)
        shown = (await around.text(self._walk.view, step.control)).casefold()
        found = _EMAIL.findall(shown) if "@" in value else [value] if value in shown else []
        if value in found:
            return
        if found:
            raise Stop(Outcome.NEEDS_PERSON, f"the page shows another {step.field} than your profile")
        raise Drifted(
            f"{self._walk.called(step.control)} does not show your {step.field}", look.hint(self._walk.view.book)
        )

    async def download(self, step: Download) -> None:
        """Press a download link once and keep the file as evidence."""
        from playwright.async_api import Error

        await self._walk.wait(step.control)
        self._walk.watch.check()
        try:
            async with self._walk.page.expect_download(timeout=self._walk.time.load * 1000) as coming:
                await press.opener(self._walk.view, step.control, self._walk.time.press)
            file = await (await coming.value).path()
        except Error as problem:
            raise Drifted(f"{self._walk.called(step.control)} gave no file", "look at the page yourself") from problem
        suffix = (await coming.value).suggested_filename.rpartition(".")[2].lower()
        name = f".{suffix}" if re.fullmatch(r"[a-z0-9]{1,8}", suffix) else ""
        self._report.evidence.append(self._journal.keep(step.kind, file, name))
