"""Law packs: the contract of every file in `regimes/`, and what is said about a bad one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from dsr import places
from dsr.errors import BadFile, UnknownName, UsageError
from dsr.law import packs
from dsr.model import Confidence, Period, Right

FILES = sorted(packs.REGIMES.glob("*.toml"))
EVERY_PACK = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_files() -> None:
    """The folder holds law packs only, at least the three laws that dsr began with, and `ids` lists them all."""
    assert {path.name for path in packs.REGIMES.iterdir()} == {path.name for path in FILES}
    assert tuple(path.stem for path in FILES) == packs.ids()
    assert set(packs.ids()) >= {"eu-gdpr", "uk-gdpr", "us-ca-ccpa"}


@EVERY_PACK
def test_decodes(path: Path) -> None:
    """A pack decodes strictly, is named like its file, and is found by that name."""
    pack = packs.read(path)
    assert pack.id == path.stem == path.stem.lower()
    assert packs.find(pack.id) is pack
    assert pack.name
    assert pack.short


@EVERY_PACK
def test_cited(path: Path) -> None:
    """Every clock, right, extension and effect has an article and an https URL, and so has the complaint."""
    pack = packs.read(path)
    found = list(packs.citations(pack))
    assert len(found) > len(pack.rights) + len(pack.clock)
    for where, rule in found:
        assert rule.article.strip(), where
        assert rule.url.startswith("https://"), where
    assert pack.complaint.authority.strip()
    assert pack.complaint.site.startswith("https://")


@EVERY_PACK
def test_rights(path: Path) -> None:
    """The rights are rights that dsr knows, and no two of them share a name of the law."""
    pack = packs.read(path)
    assert pack.rights
    assert set(pack.rights) <= set(Right)
    names = Counter([*pack.rights, *(alias for rule in pack.rights.values() for alias in rule.aliases)])
    assert max(names.values()) == 1
    for right, rule in pack.rights.items():
        for typed in (right, right.upper(), right.replace("-", "_"), *rule.aliases):
            assert pack.right(typed) is right


@EVERY_PACK
def test_answer_periods(path: Path) -> None:
    """Every right has an answer period or the law's word for one without a number; a guide only stands beside that word."""
    pack = packs.read(path)
    served = {right for clock in pack.clocks("response") if not clock.only_for for right in clock.rights}
    for right, rule in pack.rights.items():
        assert (right in served) != bool(rule.answer.strip()), right
        assert rule.guide is None or rule.answer, right
    assert not set(pack.absent) & set(pack.rights)


@EVERY_PACK
def test_one_answer_period(path: Path) -> None:
    """On no day has a right two answer periods for the same residence; what runs only by name is another matter."""
    pack = packs.read(path)
    spans: dict[tuple[Right, str], list[tuple[date, date]]] = {}
    for clock in (clock for clock in pack.clocks("response") if not clock.only_for):
        for right in clock.rights:
            for group in clock.residence:
                span = clock.in_force_from or date.min, clock.in_force_until or date.max
                spans.setdefault((right, group), []).append(span)
    for found in spans.values():
        assert all(end < begin for (_, end), (begin, _) in pairwise(sorted(found)))


@EVERY_PACK
def test_clocks(path: Path) -> None:
    """A clock starts on something, serves rights of its law, and its longer periods are longer and in the same unit."""
    pack = packs.read(path)
    for clock in pack.clock:
        assert clock.starts or clock.after_silence
        assert set(clock.rights) <= set(pack.rights)
        longer = [rule for rule in (clock.extension, clock.longer) if rule is not None and rule.period]
        for period in (rule.period for rule in longer):
            assert period is not None
            assert period.length > clock.period.length
            assert (period.months > 0, period.days > 0) == (clock.period.months > 0, clock.period.days > 0)


@EVERY_PACK
def test_sure(path: Path) -> None:
    """Who says that a rule is recall does not assert it: a number whose article says so is at most of medium confidence."""
    pack = packs.read(path)
    for where, rule in packs.citations(pack):
        if "recall" in rule.article or "not verified" in rule.article:
            assert pack.sure(rule) is not Confidence.HIGH, where


@EVERY_PACK
def test_clock_names(path: Path) -> None:
    """What is typed for a clock is no word for a right, and an alias stands for one kind only."""
    pack = packs.read(path)
    rights = {*pack.rights, *(alias for rule in pack.rights.values() for alias in rule.aliases)}
    kinds = {*pack.duties, *(clock.kind for clock in pack.clock)}
    aliases = [alias for clock in pack.clock for alias in clock.aliases]
    assert not rights & {*kinds, *aliases}
    assert len({*kinds, *aliases}) == len(kinds) + len(aliases)
    assert all(name == name.lower().strip() and "_" not in name for name in [*kinds, *aliases, *rights])


@EVERY_PACK
def test_territory(path: Path) -> None:
    """Territories and residences are the EEA, everywhere, or a place in its ISO form."""
    pack = packs.read(path)
    assert pack.territory
    for group in [*pack.territory, *(group for clock in pack.clock for group in clock.residence)]:
        assert group in ("EEA", "*") or places.parse(group) == group


@EVERY_PACK
def test_in_force(path: Path) -> None:
    """A law is in force from a date after the first data-protection act and before the end of the holiday tables."""
    in_force_from = packs.read(path).in_force_from
    assert type(in_force_from) is date
    assert date(1970, 10, 13) <= in_force_from < date(2036, 1, 1)


def test_aliases() -> None:
    """Every alias finds its law in any case; a word that several laws go by is refused, and all of them are named."""
    every = [packs.read(path) for path in FILES]
    assert not {pack.id for pack in every} & {alias for pack in every for alias in pack.aliases}
    for pack in every:
        for alias in pack.aliases:
            named = [other.id for other in every if alias in other.aliases]
            if len(named) == 1:
                assert packs.find(f" {alias.upper().replace('-', '_')} ") is pack
                continue
            with pytest.raises(UsageError, match=f"'{alias}' is the name of several laws") as refused:
                packs.find(alias)
            assert refused.value.hint == f"name one of them: {', '.join(sorted(named))}"


def test_regimes() -> None:
    """The laws are sixty-three regimes, the one of the EFTA states by the name of the law that it is, and Part 3 of the DPA."""
    assert len(FILES) == 63
    assert packs.find("eea-gdpr").id == "eu-gdpr"
    assert any(note.startswith("eea-gdpr is this law") for note in packs.find("eea-gdpr").notes)
    assert packs.find("uk-dpa-part3").narrow


UNITS = {"months": "months", "calendar_days": "days", "business_days": "working_days", "hours": "hours"}


def facts() -> Iterator[dict[str, str]]:
    """The entries of the table of facts, flattened: `period.value`, `extension.total_from_receipt` ..."""
    lines = (Path(os.environ["DSR_LAW_FACTS"]) / "regimes.yaml").read_text(encoding="utf-8").splitlines()
    entry: dict[str, str] = {}
    above = ""
    for line in [*lines[lines.index("entries:") + 1 :], "- id: end"]:
        if line.startswith("- id:") and entry:
            yield entry
            entry = {}
        indent, (key, _, value) = len(line) - len(line.lstrip()), line.strip("- ").partition(": ")
        if indent <= 2:
            above = key.rstrip(":")
        entry[key if indent <= 2 else f"{above}.{key}" if indent == 4 else f"{above}..{key}"] = value.strip("'")


@pytest.mark.skipif("DSR_LAW_FACTS" not in os.environ, reason="DSR_LAW_FACTS names no folder")
def test_facts() -> None:
    """Every right of the table of facts is understood under its own name, with the number and the extension noted there."""
    entries = list(facts())
    assert len(entries) == 290
    for entry in entries:
        pack, name = packs.find(entry["regime"]), entry["right"]
        if name in pack.duties:
            assert entry["period.unit"] == "without_undue_delay", entry["id"]
            continue
        right = pack.words.get(name)
        clocks = pack.clocks("response" if right else name)
        clock = next((clock for clock in clocks if not right or (right in clock.rights and not clock.only_for)), None)
        unit = UNITS.get(entry["period.unit"])
        if right and not unit:
            assert pack.rights[right].answer or clock, entry["id"]
            continue
        assert clock, entry["id"]
        assert clock.period == Period(**{unit or "": int(entry["period.value"])}), entry["id"]
        total = entry.get("extension.total_from_receipt")
        assert not total or (clock.extension and str(clock.extension.period).split()[0] == total), entry["id"]


def test_unknown() -> None:
    """An unknown law or right is refused with the nearest name."""
    with pytest.raises(UnknownName) as refused:
        packs.find("uk-gdrp")
    assert "uk-gdpr" in refused.value.hint
    with pytest.raises(UnknownName) as refused:
        packs.find("us-ca-ccpa").right("acces")
    assert "access" in refused.value.hint


GOOD = """
schema = 1
id = "xx-law"
name = "A law"
short = "Law"
territory = ["DE"]
in_force_from = 2020-01-01
confidence = "low"
checked_on = 2026-11-22

[complaint]
authority = "the authority"
site = "https://example.org/complain"
article = "s 1"
url = "https://example.org/1"

[counting]
weekend = ["sat", "sun"]
roll = "weekend-and-holidays"
article = "s 2"
url = "https://example.org/2"

[rights]
access = { article = "s 3", url = "https://example.org/3" }

[[clock]]
kind = "response"
rights = ["access"]
whose = "controller"
starts = ["received"]
period = { months = 1 }
article = "s 4"
url = "https://example.org/4"

[clock.extension]
period = { months = 3 }
article = "s 5"
url = "https://example.org/5"
"""


def test_good(tmp_path: Path) -> None:
    """The pack from which the bad ones below are made is a good one."""
    path = tmp_path / "xx-law.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert packs.read(path).clocks("response")[0].serves(Right.ACCESS, "FR")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "response"', 'kind = "response"\ncolour = "red"', ["unknown field `colour`", "$.clock[0]"]),
        ('roll = "weekend', 'rolls = "weekend', ["$.counting"]),
        ('article = "s 4"', "", ["missing required field `article`", "$.clock[0]"]),
        ('article = "s 4"', 'article = ""', ["clock 'response'", "no article"]),
        ('article = "s 5"', 'article = ""', ["extension of clock 'response'"]),
        ("https://example.org/4", "http://example.org/4", ["clock 'response'", "https"]),
        ("https://example.org/3", "", ["right 'access'", "https"]),
        ("schema = 1", "schema = 2", ["schema 2 is newer"]),
        ("schema = 1", "", ["schema is None"]),
        ('id = "xx-law"', 'id = "xx-other"', ["id 'xx-other' differs"]),
        ("period = { months = 1 }", "period = { months = 1, days = 30 }", ["exactly one", "$.clock[0].period"]),
        ("period = { months = 1 }", "period = { days = -30 }", ["positive", "$.clock[0].period"]),
        ("period = { months = 1 }", "period = {}", ["exactly one", "$.clock[0].period"]),
        ("period = { months = 1 }", "period = 30", ["$.clock[0].period"]),
        ("period = { months = 3 }", "period = { months = 3, weeks = 1 }", ["weeks", "$.clock[0].extension.period"]),
        ('starts = ["received"]', 'starts = ["sent-off"]', ["sent-off", "$.clock[0].starts[0]"]),
        ('rights = ["access"]', 'rights = ["acess"]', ["acess", "$.clock[0].rights[0]"]),
        ("access = {", "acess = {", ["$.rights"]),
        ('weekend = ["sat", "sun"]', 'weekend = ["Saturday"]', ["$.counting.weekend[0]"]),
        ("in_force_from = 2020-01-01", 'in_force_from = "soon"', ["$.in_force_from"]),
        ("schema = 1", "schema = ", ["not TOML"]),
        ('confidence = "low"', 'confidence = "sure"', ["$.confidence"]),
        ('confidence = "low"', 'confidence = "low"\nin_force_until = 2019-12-31', ["the law ends before it begins"]),
        ("checked_on = 2026-11-22", "", ["missing required field `checked_on`"]),
        ("https://example.org/1", "", ["complaint", "https"]),
        ('roll = "weekend-and-holidays"', 'roll = "mondays"', ["$.counting.roll"]),
        ('starts = ["received"]', "starts = []", ["clock 'response' starts on nothing"]),
        ('rights = ["access"]', 'rights = ["erasure"]', ["clock 'response' serves 'erasure'"]),
        (
            'whose = "controller"',
            'whose = "controller"\nafter_silence = "reply"',
            ["runs after 'reply'", "does not have"],
        ),
        ('whose = "controller"', 'whose = "company"', ["$.clock[0].whose"]),
        ("period = { months = 3 }", "period = { days = 90 }", ["extension of clock 'response' is not longer"]),
        ("period = { months = 3 }", "period = { months = 1 }", ["extension of clock 'response' is not longer"]),
        ("period = { months = 1 }", "period = { hours = 72, days = 3 }", ["exactly one", "$.clock[0].period"]),
    ],
)
def test_bad(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    """A bad pack is refused with its file, the place in it and the problem."""
    assert GOOD.count(old) == 1
    path = tmp_path / "xx-law.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        packs.read(path)
    assert refused.value.exit_code == 11
    for part in (str(path), *told):
        assert part in refused.value.message


def test_no_file(tmp_path: Path) -> None:
    """A pack that is not there is a bad file too."""
    with pytest.raises(BadFile, match="no such file"):
        packs.read(tmp_path / "xx-law.toml")
