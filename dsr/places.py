"""Places in ISO 3166: which codes exist, which group a residence belongs to, which clock a place keeps.

Source of the codes: ISO 3166-1 alpha-2 and, for the countries whose parts have law or holidays of their own,
ISO 3166-2. The EEA is the 27 member states with Iceland, Liechtenstein and Norway (EEA Agreement).
"""

from __future__ import annotations

from functools import cache

from dsr.errors import UnknownName, UsageError

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
EEA = EU | {"IS", "LI", "NO"}

COUNTRIES = frozenset(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD
    CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG
    GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR
    KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF
    NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
    YT ZA ZM ZW""".split()
)

PARTS = {
    "GB": frozenset("ENG SCT WLS NIR".split()),
    "DE": frozenset("BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH".split()),
    "US": frozenset(
        """AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
        RI SC SD TN TX UT VT VA WA WV WI WY""".split()
    ),
    "CA": frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split()),
}

_ZONES = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CY": "Asia/Nicosia", "CZ": "Europe/Prague",
    "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn", "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GR": "Europe/Athens", "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IT": "Europe/Rome", "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "MT": "Europe/Malta", "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "RO": "Europe/Bucharest", "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "IS": "Atlantic/Reykjavik", "LI": "Europe/Vaduz",
    "NO": "Europe/Oslo", "CH": "Europe/Zurich", "GB": "Europe/London", "US-CA": "America/Los_Angeles",
    "US-DE": "America/New_York", "US-NY": "America/New_York", "ES-CN": "Atlantic/Canary", "PT-20": "Atlantic/Azores",
}  # fmt: skip


def country(place: str) -> str:
    """`DE-BE` -> `DE`."""
    return place.partition("-")[0]


def part(place: str) -> str:
    """`DE-BE` -> `BE`; empty where only the country is named."""
    return place.partition("-")[2]


def parse(typed: str) -> str:
    """A place as a person types it, in its ISO 3166-2 form. Raises UnknownName for a code that does not exist."""
    place = typed.strip().upper().replace("_", "-")
    if place == "UK" or place.startswith("UK-"):
        place = "GB" + place[2:]
    if country(place) not in COUNTRIES:
        raise UnknownName("place", typed, (), "places are ISO 3166 codes: DE, DE-BE, GB-SCT, US-CA")
    parts = PARTS.get(country(place))
    if "-" in place and parts and part(place) not in parts:
        raise UnknownName("place", typed, (f"{country(place)}-{known}".lower() for known in parts))
    if "-" in place and not (part(place).isascii() and part(place).isalnum() and len(part(place)) <= 3):
        raise UnknownName("place", typed, (), "a part of a country is written like DE-BE or FR-57")
    return place


def covers(group: str, place: str) -> bool:
    """Whether a group of a record (`EEA`, `CH`, `GB`, `US-CA`, `*`) holds the place."""
    if group == "*":
        return True
    if group == "EEA":
        return country(place) in EEA
    return place == group or country(place) == group


@cache
def zone(place: str) -> str:
    """The IANA time zone of a place. Raises UsageError where the place has several zones or none is on file."""
    name = _ZONES.get(place) or _ZONES.get(country(place))
    if name is None:
        raise UsageError(
            f"an instant cannot become a date in '{place}': its time zone is not on file",
            "give the date there instead, for example 2026-11-22",
        )
    return name
