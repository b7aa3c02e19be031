"""The holiday tables: a contract for every file, the library they came from, and facts of single places."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from dateutil.easter import easter

from dsr import places
from dsr.errors import BadFile, NoLaw, UsageError
from dsr.law import holidays, packs
from dsr.law.holidays import covered, firm, plausible, read

ROOT = Path(__file__).resolve().parents[2]
TABLES = sorted((ROOT / "dsr" / "law" / "holidays").glob("*.csv"))
HEAD = re.compile(r"# generated from holidays ([\d.]+), years 2017-2035; see tools/holidays_tables\.py")
EVERY_TABLE = pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)

# Working days on the transcribed lists that are no holidays, as tools/holiday_corrections.toml argues.
MISTRANSCRIBED = {
    # days of the institutions in Brussels
    "IT": "2025-04-18 2025-05-29 2025-06-09 2025-07-21 2026-04-03 2026-05-14 2026-05-25 2026-07-21",
    "CY": "2026-04-02 2026-04-03 2026-04-06 2026-05-14 2026-05-15 2026-05-25 2026-11-02",
    # Easter and Corpus Christi of the year before
    "PL": "2026-04-20 2026-04-21 2026-06-19",
}

# Where the law itself gives less than five days a year that are sure: four that all cantons keep; beside the days that follow
# the moon three, or two; none in a war.
FEW_FIRM = {"CH": 4, "AE": 3, "SA": 2, "UA": 0}


def on(day: str) -> date:
    return date.fromisoformat(day)


def rows(path: Path) -> list[tuple[str, str, str, str]]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            day, parts, standing, name = line.split(",")
            found.append((day, parts, standing, name))
    return found


def tool(name: str = "holidays_tables") -> ModuleType:
    pytest.importorskip("holidays")
    folder = str(ROOT / "tools")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)


def test_countries() -> None:
    """There is a table for each country of the EEA, for Switzerland and the United Kingdom, and for those of the other laws."""
    americas = {"AR", "BR", "CA", "CL", "CO", "MX", "US"}
    asia = {"AE", "CN", "HK", "ID", "IL", "IN", "JP", "KR", "SA", "SG", "TH", "TR", "TW", "VN"}
    others = {"AU", "CH", "GB", "KE", "NG", "NZ", "RS", "UA", "ZA"}
    assert {path.stem for path in TABLES} == places.EEA | americas | asia | others


@pytest.mark.parametrize("law", packs.ids())
def test_every_law_has_its_tables(law: str) -> None:
    """Each country of a law's territory, and each of its parts that the law names, has a table and a zone."""
    for group in packs.find(law).territory:
        for place in sorted(places.EEA) if group == "EEA" else [group]:
            assert covered(place)
            assert places.country(place) in ("US", "CA", "AU") or places.zone(place)


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
    """Parts are ISO 3166-2 codes in order, with a minus all or none, a name is not empty, and only known standings occur."""
    known = places.PARTS.get(path.stem)
    for _, parts, standing, name in rows(path):
        codes = parts.split()
        assert codes == sorted(set(codes))
        assert all(re.fullmatch("-?[A-Z0-9]{1,3}", code) for code in codes)
        assert len({code[0] == "-" for code in codes}) <= 1
        assert known is None or known.issuperset(code.removeprefix("-") for code in codes)
        assert standing in ("firm", "disputed")
        assert name == name.strip() != ""


@EVERY_TABLE
def test_years(path: Path) -> None:
    """Each year from 2017 to 2035, and no other, has at least five firm days that every part keeps, or the few that there are."""
    counts = dict.fromkeys(range(holidays.YEARS[0], holidays.YEARS[1] + 1), 0)
    for day in read(path):
        counts[day.on.year] += day.firm and not day.parts
    assert len(counts) == 19
    assert min(counts.values()) >= FEW_FIRM.get(path.stem, 5)


@EVERY_TABLE
def test_firm_is_plausible(path: Path) -> None:
    """A firm day of a country or of one of its parts is plausible for that part and for the country."""
    parts = {part.removeprefix("-") for _, typed, _, _ in rows(path) for part in typed.split()}
    wholes = [path.stem] * (path.stem != "GB")
    for place in wholes + [f"{path.stem}-{part}" for part in parts]:
        assert firm(place).keys() <= plausible(place).keys() <= plausible(path.stem).keys()


@EVERY_TABLE
def test_no_row_says_less(path: Path) -> None:
    """No row repeats what a firm row of the whole country says on the same date."""
    days = list(read(path))
    everywhere = {day.on for day in days if day.firm and not day.parts and not day.without}
    counts = Counter(day.on for day in days)
    assert {on for on in everywhere if counts[on] > 1} == set()


@EVERY_TABLE
def test_a_part_reads_what_the_country_does(path: Path) -> None:
    """Reading a table for one part gives the days that the whole table has for it."""
    days = list(read(path))
    for part in {part.removeprefix("-") for _, typed, _, _ in rows(path) for part in typed.split()}:
        assert list(read(path, part)) == [day for day in days if not day.parts or part in day.parts]


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
    stale = tool("holiday_corrections").Correction("DE", "drop", "Whit Tuesday", "gone", "none", name="^Whit Tuesday$")
    with pytest.raises(SystemExit, match="Whit Tuesday"):
        made_by.corrected({made_by.Row(on("2026-01-01"), True, frozenset(), "New Year")}, [stale], "DE")


@pytest.mark.parametrize(
    ("what", "parts", "made"),
    [
        ("dispute", (), {(False, "")}),
        ("only", ("CT",), {(False, ""), (True, "CT")}),
        ("except", ("CT", "DE"), {(True, "-CT -DE")}),
        ("drop", (), set()),
    ],
)
def test_corrections(what: str, parts: tuple[str, ...], made: set[tuple[bool, str]]) -> None:
    """A day of the whole country can go, become disputed, stay firm in some parts only, or be disputed in some parts only."""
    made_by, structs = tool(), tool("holiday_corrections")
    entry = structs.Correction("US", what, "New Year", "why", "where", name="^New Year$", parts=list(parts))
    left = made_by.corrected({made_by.Row(on("2026-01-01"), True, frozenset(), "New Year")}, [entry], "US")
    assert {(row.firm, " ".join(sorted(row.parts))) for row in left} == made


def test_except_of_a_part() -> None:
    """A part that is left out of a day that only parts keep is no longer named, and the last one takes the day with it."""
    made_by, structs = tool(), tool("holiday_corrections")
    day = made_by.Row(on("2026-07-03"), True, frozenset({"CT", "DE"}), "Eve")
    for parts, kept in ((["CT"], [{"DE"}]), (["CT", "DE"], [])):
        entry = structs.Correction("US", "except", "Eve", "why", "where", name="^Eve$", parts=parts)
        assert [row.parts for row in made_by.corrected({day}, [entry], "US")] == kept


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
        ("US-AL", "2026-06-01"),
        ("US-CO", "2026-10-05"),
        ("US-CT", "2026-02-12"),
        ("US-LA", "2026-02-17"),
        ("US-MD", "2026-09-12"),
        ("US-NE", "2026-11-27"),
        ("US-NV", "2026-10-30"),
        ("US-RI", "2026-08-10"),
        ("US-TX", "2026-03-02"),
        ("US-UT", "2026-07-24"),
        ("US-UT", "2026-10-12"),
        ("US-VA", "2026-11-03"),
        ("US-VT", "2026-03-03"),
        ("CA", "2026-04-06"),
        ("CA", "2026-05-18"),
        ("CA", "2026-09-30"),
        ("CA", "2026-11-11"),
        ("CA-AB", "2026-02-16"),
        ("CA-BC", "2026-08-03"),
        ("CA-QC", "2026-04-06"),
        ("CA-QC", "2026-06-24"),
        ("BR", "2026-11-20"),
        ("BR-RJ", "2026-02-17"),
        ("BR-SP", "2026-07-09"),
        ("AR", "2026-03-24"),
        ("MX", "2026-03-16"),
        ("MX", "2024-10-01"),
        ("CO", "2026-05-18"),
        ("CL", "2026-09-18"),
        ("AU-ACT", "2026-03-09"),
        ("AU-NSW", "2026-10-05"),
        ("AU-VIC", "2026-11-03"),
        ("NZ", "2026-07-10"),
        ("NZ", "2017-04-17"),
        ("JP", "2026-02-11"),
        ("KR", "2026-09-25"),
        ("IN", "2026-01-26"),
        ("CN", "2026-10-01"),
        ("SG", "2026-02-17"),
        ("HK", "2026-04-03"),
        ("HK", "2026-04-04"),
        ("HK", "2026-04-06"),
        ("HK", "2026-04-07"),
        ("TW", "2026-02-17"),
        ("TH", "2026-04-13"),
        ("VN", "2026-09-02"),
        ("ID", "2026-08-17"),
        ("TR", "2026-05-27"),
        ("TR", "2026-05-29"),
        ("ZA", "2026-04-27"),
        ("KE", "2026-10-20"),
        ("NG", "2026-10-01"),
        ("SA", "2026-09-23"),
        ("AE", "2026-12-02"),
        ("AE-DIFC", "2026-12-02"),
        ("IL", "2026-09-21"),
        ("RS", "2026-01-07"),
        ("UA", "2021-08-24"),
        ("CH", "2026-08-01"),
        ("CH-GE", "2026-09-10"),
        ("CH-ZH", "2026-05-01"),
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
        ("US-DE", "2026-02-16"),
        ("US-FL", "2026-10-12"),
        ("US-IA", "2026-06-19"),
        ("US-NJ", "2026-02-12"),
        ("US-TX", "2026-12-24"),
        ("US-TX", "2027-07-05"),
        ("US-UT", "2026-06-19"),
        ("CA", "2026-06-24"),
        ("CA", "2026-12-28"),
        ("CA-AB", "2026-09-30"),
        ("CA-QC", "2026-11-11"),
        ("BR", "2026-02-17"),
        ("BR", "2026-07-09"),
        ("AR", "2026-03-23"),
        ("MX", "2026-04-03"),
        ("AU-QLD", "2026-08-12"),
        ("JP", "2026-12-31"),
        ("KR", "2025-05-01"),
        ("SG", "2031-01-23"),
        ("VN", "2026-08-31"),
        ("ID", "2026-12-24"),
        ("TR", "2026-10-28"),
        ("KE", "2026-05-27"),
        ("IL", "2026-04-05"),
        ("SA", "2027-03-10"),
        ("UA", "2026-08-24"),
        ("CH", "2026-05-01"),
        ("CH-FR", "2026-04-06"),
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
        ("US-NY", "2026-11-27"),
        ("US-WA", "2026-10-05"),
        ("CA-ON", "2026-06-24"),
        ("CA-QC", "2026-08-03"),
        ("BR-PE", "2023-11-20"),
        ("AU-NSW", "2026-03-09"),
        ("NZ", "2026-01-19"),
        ("NZ", "2026-01-26"),
        ("HK", "2026-04-02"),
        ("KR", "2026-05-04"),
        ("TW", "2026-04-07"),
        ("CH-GE", "2026-05-01"),
        ("CH-TI", "2026-04-03"),
    ],
)
def test_no_holiday(place: str, day: str) -> None:
    """These days are working days at these places, whatever is disputed."""
    assert on(day) not in plausible(place)


@pytest.mark.parametrize(
    ("place", "day", "instead"),
    [
        ("AR", "2026-06-17", "2026-06-15"),
        ("AU-NSW", "2025-01-26", "2025-01-27"),
        ("AU-NSW", "2027-12-26", "2027-12-28"),
        ("AU-VIC", "2027-12-25", "2027-12-27"),
        ("CA", "2029-07-01", "2029-07-02"),
        ("CO", "2026-01-06", "2026-01-12"),
        ("HK", "2026-05-24", "2026-05-25"),
        ("HK", "2026-10-18", "2026-10-19"),
        ("JP", "2025-02-23", "2025-02-24"),
        ("JP", "2026-05-03", "2026-05-06"),
        ("KE", "2025-06-01", "2025-06-02"),
        ("KR", "2023-05-27", "2023-05-29"),
        ("KR", "2026-03-01", "2026-03-02"),
        ("KR", "2026-08-15", "2026-08-17"),
        ("MX", "2026-02-05", "2026-02-02"),
        ("NZ", "2026-04-25", "2026-04-27"),
        ("NZ", "2027-02-06", "2027-02-08"),
        ("RS", "2026-02-15", "2026-02-17"),
        ("SG", "2026-05-31", "2026-06-01"),
        ("SG", "2026-11-08", "2026-11-09"),
        ("TH", "2026-12-05", "2026-12-07"),
        ("TW", "2026-02-28", "2026-02-27"),
        ("TW", "2026-10-10", "2026-10-09"),
        ("US-NJ", "2027-06-19", "2027-06-18"),
        ("US-NY", "2027-07-04", "2027-07-05"),
        ("US-UT", "2026-06-19", "2026-06-15"),
        ("US-UT", "2027-07-24", "2027-07-23"),
        ("US-VA", "2026-07-04", "2026-07-03"),
        ("VN", "2026-04-26", "2026-04-27"),
        ("ZA", "2026-08-09", "2026-08-10"),
    ],
)
def test_moved(place: str, day: str, instead: str) -> None:
    """Where the law moves a holiday, the day that is kept instead moves a due date."""
    assert on(instead) in firm(place)
    assert on(day) not in firm(place) or on(day).weekday() >= 5


@pytest.mark.parametrize(
    ("place", "day"), [("US-TX", "2027-07-05"), ("US-NY", "2026-07-03"), ("US-CA", "2026-07-03"), ("CA", "2028-07-03")]
)
def test_not_moved(place: str, day: str) -> None:
    """Where the law of the place moves no holiday, the day that others keep instead does not move a due date."""
    assert on(day) not in firm(place)


def test_general_holidays_of_hong_kong() -> None:
    """Hong Kong has seventeen general holidays beside Sundays each year, none of them on a Sunday."""
    days = [day for day in firm("HK") if day.year >= 2020]
    assert {year: sum(day.year == year for day in days) for year in range(2020, 2036)} == dict.fromkeys(
        range(2020, 2036), 17
    )
    assert all(day.weekday() < 6 for day in days)


@pytest.mark.parametrize("year", range(2017, 2036))
def test_easter(year: int) -> None:
    """Good Friday and Easter Monday are where the date of Easter puts them."""
    sunday = easter(year)
    for place in ("CA", "GB-ENG", "HK", "KE", "NG", "NZ", "ZA", "AU-NSW", "DE"):
        assert {sunday - timedelta(days=2), sunday + timedelta(days=1)} <= firm(place).keys()


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


@pytest.mark.parametrize("country", ["PE", "XX", "../holidays/DE", ""])
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
        list(read(path))


def test_not_text(tmp_path: Path) -> None:
    """A table that is not text is refused by name."""
    path = tmp_path / "DE.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match=r"DE\.csv"):
        list(read(path))


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
    here = {day.on for day in read(ROOT / "dsr" / "law" / "holidays" / f"{country}.csv") if not day.parts}
    missing = {day for year in listed.values() for day in year if on(day).weekday() < 5 and on(day) not in here}
    assert missing == set(MISTRANSCRIBED.get(country, "").split())
