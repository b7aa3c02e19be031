"""One browser and one played site for all cells of a test process; each cell has a context and a state of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from dsr import resources
from dsr.browser.find import browser
from dsr.cases.matrix.cells import Cell
from dsr.cases.matrix.oracle import Seen, Verdict
from dsr.cases.matrix.play import theatre

SITE = resources.folder("playbooks") / "openai" / "rehearsal"


class House:
    """A theatre that stays open while tests come and go."""

    def __init__(self, play: Callable[[Cell], Seen], verdict: Callable[[Cell], Verdict]) -> None:
        self.play = play
        self.verdict = verdict


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The theatre of this test process."""
    with asyncio.Runner() as runner:
        opening = theatre(SITE, tmp_path_factory.mktemp("site"), browser())
        stage = runner.run(opening.__aenter__())
        yield House(lambda cell: runner.run(stage.play(cell)), lambda cell: runner.run(stage.verdict(cell)))
        runner.run(opening.__aexit__(None, None, None))
