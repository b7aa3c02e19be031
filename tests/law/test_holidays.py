"""The holiday tables: a contract for every file, the library they came from, and facts of single places."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from dsr import places
from dsr.errors import BadFile, NoLaw, UsageError
from dsr.law import holidays
from dsr.law.holidays import covered, firm, plausible, table

ROOT = Path(__file__).resolve().parents[2]
TABLES = sorted((ROOT / "dsr" / "law" / "holidays").glob("*.csv"))
HEAD = re.compile(r"# generated from holidays ([\d.]+), years 2020-2035; see tools/holidays_tables\.py")
EVERY_TABLE = pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)

# Working days on the transcribed lists that are no holidays, as tools/holiday_corrections.toml argues.
MISTRANSCRIBED = {
    # days of the institutions in Brussels
    "IT": "2025-04-18 2025-05-29 2025-06-09 2025-07-21 2026-04-03 2026-05-14 2026-05-25 2026-07-21",
    "CY": "2026-04-02 2026-04-03 2026-04-06 2026-05-14 2026-05-15 2026-05-25 2026-11-02",
    # Easter and Corpus Christi of the year before
    "PL": "2026-04-20 2026-04-21 2026-06-19",
}


def on(day: str) -> date:
    return date.fromisoformat(day)


def rows(path: Path) -> list[tuple[str, str, str, str]]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            day, parts, standing, name = line.split(",")
            found.append((day, parts, standing, name))
    return found


def tool() -> ModuleType:
    pytest.importorskip("holidays")
    spec = importlib.util.spec_from_file_location("holidays_tables", ROOT / "tools" / "holidays_tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_countries() -> None:
    """There is a table for each country of the EEA, for the United Kingdom and the United States only."""
    assert {path.stem for path in TABLES} == places.EEA | {"GB", "US"}


@EVERY_TABLE
def test_head(path: Path) -> None:
    """A table names the library version it came from and the corrections that touch it."""
    first, second, *_ = path.read_text(encoding="utf-8").splitlines()
    assert HEAD.fullmatch(first)
    assert second in ("# corrections:", "# corrections: none")


@EVERY_TABLE
def test_sorted(path: Path) -> None:
    """Rows are in the order of dates, and a date, a standing and a set of parts come together only once."""
    found = rows(path)
    assert [row[0] for row in found] == sorted(row[0] for row in found)
    keys = [(day, standing, frozenset(parts.split())) for day, parts, standing, _ in found]
    assert len(keys) == len(set(keys))


@EVERY_TABLE
def test_fields(path: Path) -> None:
    """Parts are ISO 3166-2 codes in order, a name is not empty, and only known standings occur."""
    known = places.PARTS.get(path.stem)
    for _, parts, standing, name in rows(path):
        codes = parts.split()
        assert codes == sorted(set(codes))
        assert all(re.fullmatch("[A-Z0-9]{1,3}", code) for code in codes)
        assert known is None or known.issuperset(codes)
        assert standing in ("firm", "disputed")
        assert name == name.strip() != ""


@EVERY_TABLE
def test_years(path: Path) -> None:
    """Each year from 2020 to 2035, and no other, has at least five firm days that every part keeps."""
    counts = dict.fromkeys(range(holidays.YEARS[0], holidays.YEARS[1] + 1), 0)
    for days in table(path.stem).values():
        for day in days:
            counts[day.on.year] += day.firm and not day.parts
    assert len(counts) == 16
    assert min(counts.values()) >= 5


@EVERY_TABLE
def test_firm_is_plausible(path: Path) -> None:
    """A firm day of a country or of one of its parts is plausible for that part and for the country."""
    parts = {part for _, typed, _, _ in rows(path) for part in typed.split()}
    wholes = [path.stem] * (path.stem != "GB")
    for place in wholes + [f"{path.stem}-{part}" for part in parts]:
        assert firm(place).keys() <= plausible(place).keys() <= plausible(path.stem).keys()


@EVERY_TABLE
def test_no_row_says_less(path: Path) -> None:
    """No row repeats what a firm row of the whole country says on the same date."""
    for days in table(path.stem).values():
        assert len(days) == 1 or not any(day.firm and not day.parts for day in days)


def test_library() -> None:
    """The tables are what the tool makes of the library and the corrections."""
    made_by = tool()
    match = HEAD.match(TABLES[0].read_text(encoding="utf-8"))
    assert match
    if match[1] != made_by.version:
        pytest.skip(f"the tables come from holidays {match[1]}, installed is {made_by.version}")
    assert list(made_by.differences(made_by.tables())) == []


def test_check_shows_a_difference(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`--check` prints what would change as a unified diff, changes nothing and fails."""
    made_by = tool()
    path = TABLES[0]
    before = path.read_text(encoding="utf-8")
    others = {other: other.read_text(encoding="utf-8") for other in TABLES}
    monkeypatch.setattr(made_by, "tables", lambda: others | {path: before + "2036-01-01,,firm,New\n"})
    assert made_by.main(["--check"]) == 1
    assert "+2036-01-01,,firm,New\n" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == before


def test_stale_correction() -> None:
    """A correction that changes nothing stops the tool."""
    made_by = tool()
    stale = made_by.Correction("DE", "drop", "Whit Tuesday", "gone", "none", name="^Whit Tuesday$")
    with pytest.raises(SystemExit, match="Whit Tuesday"):
        made_by.corrected({made_by.Row(on("2026-01-01"), True, frozenset(), "New Year")}, [stale])


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ("CZ", "2026-12-24"),
        ("FI", "2026-12-24"),
        ("AT", "2026-10-26"),
        ("IS", "2026-06-17"),
        ("BE", "2026-07-21"),
        ("DE", "2028-05-01"),
        ("DE-BY", "2027-01-06"),
        ("FR-57", "2026-04-03"),
        ("FR-67", "2026-12-26"),
        ("FR-68", "2026-12-26"),
        ("IT-BZ", "2026-05-25"),
        ("NL", "2025-05-05"),
        ("NL", "2026-05-05"),
        ("LV", "2026-06-22"),
        ("HU", "2027-12-24"),
        ("GB-ENG", "2026-12-28"),
        ("GB-ENG", "2026-08-31"),
        ("GB-NIR", "2026-03-17"),
        ("GB-SCT", "2026-01-02"),
        ("GB-SCT", "2026-06-15"),
        ("GB-SCT", "2026-08-03"),
        ("GB-SCT", "2026-11-30"),
        ("US-CA", "2026-03-31"),
        ("US-CA", "2026-06-19"),
        ("US-CA", "2026-11-27"),
        ("US", "2026-06-19"),
    ],
)
def test_firm(place: str, day: str) -> None:
    """These days move a due date at these places."""
    assert on(day) in firm(place)


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ("DE", "2027-01-06"),
        ("DE-BY", "2026-08-08"),
        ("FR", "2026-04-03"),
        ("HU", "2026-08-21"),
        ("HU", "2026-12-24"),
        ("LV", "2025-05-02"),
        ("BG", "2026-05-25"),
        ("BG", "2027-11-01"),
        ("CY", "2026-04-14"),
        ("SK", "2026-09-15"),
        ("SK", "2026-01-06"),
        ("PT-11", "2025-06-13"),
        ("US", "2026-03-31"),
        ("US", "2026-10-12"),
        ("US-CA", "2026-10-12"),
        ("US-CA", "2026-07-03"),
        ("US-CA", "2026-09-25"),
    ],
)
def test_only_plausible(place: str, day: str) -> None:
    """These days do not move a due date at these places, but they may move the latest plausible one."""
    assert on(day) not in firm(place)
    assert on(day) in plausible(place)


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ("DE", "2026-12-24"),
        ("DE-BE", "2027-01-06"),
        ("FR-75", "2026-04-03"),
        ("IE", "2026-04-03"),
        ("IT", "2026-04-03"),
        ("IT", "2026-05-14"),
        ("GB-ENG", "2026-08-03"),
        ("GB-NIR", "2026-08-03"),
        ("GB-WLS", "2026-08-03"),
        ("GB-SCT", "2026-04-06"),
        ("US-NY", "2026-03-31"),
        ("US-CA", "2028-02-15"),
    ],
)
def test_no_holiday(place: str, day: str) -> None:
    """These days are working days at these places, whatever is disputed."""
    assert on(day) not in plausible(place)


def test_names() -> None:
    """A day goes by the names that its rows give it."""
    assert firm("DE")[on("2026-10-03")] == "German Unity Day"
    assert plausible("ES")[on("2026-04-23")] == "Saint George's Day / Castile and León Day"


@pytest.mark.parametrize("place", ["GB", "GB-LND"])
def test_no_common_british_list(place: str) -> None:
    """The United Kingdom has no common list of holidays, so a due date there needs the part."""
    with pytest.raises(UsageError) as raised:
        firm(place)
    for known in ("GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"):
        assert known in raised.value.hint
    assert covered("GB")


def test_plausible_in_britain() -> None:
    """When no part is named, the days of all four are plausible."""
    for day in ("2026-06-15", "2026-03-17", "2026-04-06"):
        assert on(day) in plausible("GB")


@pytest.mark.parametrize("country", ["BR", "XX", "../holidays/DE", ""])
def test_no_table(country: str) -> None:
    """A country without a table is refused by name, not guessed."""
    assert not covered(country)
    with pytest.raises(NoLaw, match=re.escape(f"'{places.country(country)}'")):
        firm(country)


@pytest.mark.parametrize(
    "line",
    ["2026-02-30,,firm,Never", "2026-01-01,,sure,New Year", "2026-01-01,firm,New Year", "1,2,3,4,5", ""],
)
def test_malformed(tmp_path: Path, line: str) -> None:
    """A malformed row is refused with its file and line."""
    path = tmp_path / "DE.csv"
    path.write_text(f"# head\n2026-01-01,,firm,New Year\n{line}\n", encoding="utf-8")
    with pytest.raises(BadFile, match=r"DE\.csv: line 3 "):
        holidays.read(path)


def test_not_text(tmp_path: Path) -> None:
    """A table that is not text is refused by name."""
    path = tmp_path / "DE.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match=r"DE\.csv"):
        holidays.read(path)


def test_read_only() -> None:
    """What the reader hands out is shared, so nobody can change it."""
    with pytest.raises(TypeError):
        firm("DE")[on("2026-12-24")] = "Christmas Eve"  # type: ignore[index]


@pytest.mark.skipif("DSR_DATASETS" not in os.environ, reason="DSR_DATASETS names no folder")
@pytest.mark.parametrize("country", sorted(places.EU))
def test_official_journal(country: str) -> None:
    """Each working day that the Official Journal lists is a day of the whole country, firm or disputed."""
    folder = Path(os.environ["DSR_DATASETS"]) / "eu-holidays" / "holiday-data"
    name = "EL" if country == "GR" else country
    listed = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    here = {day.on for days in table(country).values() for day in days if not day.parts}
    missing = {day for year in listed.values() for day in year if on(day).weekday() < 5 and on(day) not in here}
    assert missing == set(MISTRANSCRIBED.get(country, "").split())
