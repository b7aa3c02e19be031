"""Places: how a code is typed, which codes exist, which group holds a place, which clock it keeps."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dsr import places
from dsr.errors import UnknownName, UsageError


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        (" fr ", "FR"),
        ("de-be", "DE-BE"),
        ("DE_BY", "DE-BY"),
        ("us_ca", "US-CA"),
        ("uk", "GB"),
        ("UK", "GB"),
        ("uk-sct", "GB-SCT"),
        ("uk_nir", "GB-NIR"),
        ("gb-eng", "GB-ENG"),
        ("ca-qc", "CA-QC"),
        ("fr-57", "FR-57"),
        ("es-cn", "ES-CN"),
        ("ch-zh", "CH-ZH"),
        ("au-nsw", "AU-NSW"),
        ("br-sp", "BR-SP"),
        ("ae-du", "AE-DU"),
        ("ae-difc", "AE-DIFC"),
        ("AE_ADGM", "AE-ADGM"),
        ("jp-13", "JP-13"),
        ("el", "GR"),
        ("re", "FR-974"),
        ("AX", "FI-01"),
    ],
)
def test_parse(typed: str, place: str) -> None:
    """A place may be typed in any case, with an underscore, and by the codes that are in use beside a country's own."""
    assert places.parse(typed) == place
    assert places.parse(place) == place


@pytest.mark.parametrize(
    "typed", ["ZZ", "XX", "", "-", "-BE", "Germany", "ZZ-BE", "DEU", "D", "U K", "EU", "EEA", "\N{NULL}"]
)
def test_unknown_country(typed: str) -> None:
    """A country that does not exist is refused with the way places are written."""
    with pytest.raises(UnknownName) as refused:
        places.parse(typed)
    assert refused.value.exit_code == 12
    assert f"'{typed}'" in refused.value.message
    assert "ISO 3166" in refused.value.hint


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("DE-XX", ""),
        ("DE-BQ", "de-b"),
        ("US-CX", "us-"),
        ("GB-LND", "gb-"),
        ("uk-scot", "gb-sct"),
        ("US-", "us-"),
        ("CA-ZZ", "ca-"),
        ("CH-XX", "ch-"),
        ("AU-NSQ", "au-nsw"),
        ("AE-DIFX", "ae-difc"),
    ],
)
def test_unknown_part(typed: str, close: str) -> None:
    """A part that a country whose parts are on file does not have is refused, offering those it has."""
    with pytest.raises(UnknownName) as refused:
        places.parse(typed)
    assert refused.value.exit_code == 12
    assert f"'{typed}'" in refused.value.message
    assert close in refused.value.hint


@pytest.mark.parametrize("typed", ["FR-", "FR-ABCD", "FR-5 7", "FR-57-1", "FR-É", "FR-５７", "FR-../"])
def test_malformed_part(typed: str) -> None:
    """Where parts are not on file, a part is still one to three letters or digits."""
    with pytest.raises(UnknownName) as refused:
        places.parse(typed)
    assert "DE-BE or FR-57" in refused.value.hint


@pytest.mark.parametrize(
    ("country", "count"),
    [
        ("AE", 9),
        ("AR", 24),
        ("AU", 8),
        ("BR", 27),
        ("CA", 13),
        ("CH", 26),
        ("CL", 16),
        ("DE", 16),
        ("GB", 4),
        ("US", 51),
    ],
)
def test_parts(country: str, count: int) -> None:
    """Every part on file is a place, and none is missing; of the Emirates there are seven and two free zones."""
    assert len(places.PARTS[country]) == count
    assert len(places.PARTS) == 10
    for part in places.PARTS[country]:
        assert places.parse(f"{country}-{part}") == f"{country}-{part}"


def test_country_and_part() -> None:
    """A place is a country and, where one is named, a part."""
    assert (places.country("DE-BE"), places.part("DE-BE")) == ("DE", "BE")
    assert (places.country("DE"), places.part("DE")) == ("DE", "")


def test_groups() -> None:
    """The Union has 27 members, the EEA three more, and all of them are countries."""
    assert len(places.EU) == 27
    assert {"IS", "LI", "NO"} == places.EEA - places.EU
    assert places.EEA <= places.COUNTRIES
    assert len(places.COUNTRIES) == 249
    assert places.PARTS.keys() <= places.COUNTRIES


@pytest.mark.parametrize(
    ("group", "place", "held"),
    [
        ("*", "JP", True),
        ("*", "", True),
        ("EEA", "DE", True),
        ("EEA", "DE-BE", True),
        ("EEA", "NO", True),
        ("EEA", "CH", False),
        ("EEA", "GB-SCT", False),
        ("EEA", "", False),
        ("GB", "GB", True),
        ("GB", "GB-SCT", True),
        ("GB-SCT", "GB", False),
        ("GB-SCT", "GB-ENG", False),
        ("US-CA", "US-CA", True),
        ("US-CA", "US", False),
        ("US-CA", "US-NY", False),
        ("DE", "US-DE", False),
        ("CA", "US-CA", False),
    ],
)
def test_covers(group: str, place: str, held: bool) -> None:
    """A group holds its own place and the parts of it, never the whole of which it is a part."""
    assert places.covers(group, place) is held


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("DE", "Europe/Berlin"),
        ("DE-BY", "Europe/Berlin"),
        ("GB-SCT", "Europe/London"),
        ("US-CA", "America/Los_Angeles"),
        ("US-DE", "America/New_York"),
        ("US-UT", "America/Denver"),
        ("US-TX", "America/Chicago"),
        ("CA-QC", "America/Toronto"),
        ("AU-NSW", "Australia/Sydney"),
        ("NZ", "Pacific/Auckland"),
        ("JP", "Asia/Tokyo"),
        ("ID", "Asia/Jakarta"),
        ("BR", "America/Sao_Paulo"),
        ("BR-AM", "America/Manaus"),
        ("AE-DIFC", "Asia/Dubai"),
        ("CH-ZH", "Europe/Zurich"),
        ("FR-974", "Indian/Reunion"),
        ("PT", "Europe/Lisbon"),
        ("PT-20", "Atlantic/Azores"),
        ("ES-CN", "Atlantic/Canary"),
    ],
)
def test_zone(place: str, name: str) -> None:
    """A part keeps the clock of its country, or its own where that differs."""
    assert places.zone(place) == name


@pytest.mark.parametrize("country", sorted(places.EEA | {"GB", "CH"}))
def test_every_zone(country: str) -> None:
    """Each country of the EEA, Switzerland and the United Kingdom have a zone that the machine knows, within two hours of UTC."""
    offset = datetime(2026, 1, 1, tzinfo=ZoneInfo(places.zone(country))).utcoffset()
    assert offset is not None
    assert 0 <= offset.total_seconds() <= 7200


@pytest.mark.parametrize(
    ("country", "first", "last"),
    [("US", -10, -5), ("CA", -8, -3.5), ("AU", 8, 11), ("BR", -5, -3), ("CH", 1, 1), ("AE", 4, 4)],
)
def test_zone_of_every_part(country: str, first: float, last: float) -> None:
    """Each part of these countries has a zone that the machine knows, within the hours of the country on New Year's Day."""
    for part in places.PARTS[country]:
        offset = datetime(2026, 1, 1, tzinfo=ZoneInfo(places.zone(f"{country}-{part}"))).utcoffset()
        assert offset is not None
        assert first <= offset.total_seconds() / 3600 <= last


@pytest.mark.parametrize("place", ["US", "CA", "AU", "PE", "RU"])
def test_no_zone(place: str) -> None:
    """Where the zone is not on file, or the place has several, dsr asks for the date there instead of guessing."""
    with pytest.raises(UsageError, match=f"'{place}'") as refused:
        places.zone(place)
    assert refused.value.exit_code == 2
    assert "give the date there" in refused.value.hint
