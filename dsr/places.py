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
    # DIFC and ADGM are no ISO codes: two free zones with data-protection law of their own.
    "AE": frozenset("AJ AZ DU FU RK SH UQ DIFC ADGM".split()),
    "AR": frozenset("A B C D E F G H J K L M N P Q R S T U V W X Y Z".split()),
    "AU": frozenset("ACT NSW NT QLD SA TAS VIC WA".split()),
    "BR": frozenset("AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split()),
    "CA": frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split()),
    "CH": frozenset("AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH".split()),
    "CL": frozenset("AI AN AP AR AT BI CO LI LL LR MA ML NB RM TA VS".split()),
    "DE": frozenset("BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH".split()),
    "GB": frozenset("ENG SCT WLS NIR".split()),
    "US": frozenset(
        """AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
        RI SC SD TN TX UT VT VA WA WV WI WY""".split()
    ),
}

# Which places keep a zone. A country or state with several keeps that of its capital, where most of it does; of Australia,
# Canada and the United States only the parts are on file.
_KEPT_AT = {
    "Africa/Johannesburg": "ZA", "Africa/Lagos": "NG", "Africa/Nairobi": "KE",
    "America/Anchorage": "US-AK", "America/Argentina/Buenos_Aires": "AR", "America/Boise": "US-ID", "America/Bogota": "CO",
    "America/Boa_Vista": "BR-RR", "America/Campo_Grande": "BR-MS", "America/Cancun": "MX-ROO", "America/Cayenne": "FR-973",
    "America/Chicago": "US-AL US-AR US-IA US-IL US-KS US-LA US-MN US-MO US-MS US-ND US-NE US-OK US-SD US-TN US-TX US-WI",
    "America/Chihuahua": "MX-CHH", "America/Cuiaba": "BR-MT", "America/Denver": "US-CO US-MT US-NM US-UT US-WY",
    "America/Detroit": "US-MI", "America/Edmonton": "CA-AB CA-NT", "America/Guadeloupe": "FR-971 FR-MF",
    "America/Halifax": "CA-NS CA-PE", "America/Hermosillo": "MX-SON", "America/Indiana/Indianapolis": "US-IN",
    "America/Iqaluit": "CA-NU", "America/Los_Angeles": "US-CA US-NV US-OR US-WA", "America/Manaus": "BR-AM",
    "America/Martinique": "FR-972", "America/Mazatlan": "MX-BCS MX-NAY MX-SIN", "America/Mexico_City": "MX",
    "America/Moncton": "CA-NB",
    "America/New_York": """US-CT US-DC US-DE US-FL US-GA US-KY US-MA US-MD US-ME US-NC US-NH US-NJ US-NY US-OH US-PA US-RI US-SC
        US-VA US-VT US-WV""",
    "America/Phoenix": "US-AZ", "America/Porto_Velho": "BR-RO", "America/Punta_Arenas": "CL-AI CL-MA",
    "America/Regina": "CA-SK", "America/Rio_Branco": "BR-AC", "America/Santiago": "CL", "America/Sao_Paulo": "BR",
    "America/St_Johns": "CA-NL", "America/Tijuana": "MX-BCN", "America/Toronto": "CA-ON CA-QC",
    "America/Vancouver": "CA-BC", "America/Whitehorse": "CA-YT", "America/Winnipeg": "CA-MB",
    "Asia/Bangkok": "TH", "Asia/Dubai": "AE", "Asia/Ho_Chi_Minh": "VN", "Asia/Hong_Kong": "HK", "Asia/Jakarta": "ID",
    "Asia/Jerusalem": "IL", "Asia/Kolkata": "IN", "Asia/Nicosia": "CY", "Asia/Riyadh": "SA", "Asia/Seoul": "KR",
    "Asia/Shanghai": "CN", "Asia/Singapore": "SG", "Asia/Taipei": "TW", "Asia/Tokyo": "JP",
    "Atlantic/Azores": "PT-20", "Atlantic/Canary": "ES-CN", "Atlantic/Reykjavik": "IS",
    "Australia/Adelaide": "AU-SA", "Australia/Brisbane": "AU-QLD", "Australia/Darwin": "AU-NT", "Australia/Hobart": "AU-TAS",
    "Australia/Melbourne": "AU-VIC", "Australia/Perth": "AU-WA", "Australia/Sydney": "AU-ACT AU-NSW",
    "Europe/Amsterdam": "NL", "Europe/Athens": "GR", "Europe/Belgrade": "RS", "Europe/Berlin": "DE",
    "Europe/Bratislava": "SK", "Europe/Brussels": "BE", "Europe/Bucharest": "RO", "Europe/Budapest": "HU",
    "Europe/Copenhagen": "DK", "Europe/Dublin": "IE", "Europe/Helsinki": "FI", "Europe/Istanbul": "TR",
    "Europe/Kyiv": "UA", "Europe/Lisbon": "PT", "Europe/Ljubljana": "SI", "Europe/London": "GB", "Europe/Luxembourg": "LU",
    "Europe/Madrid": "ES", "Europe/Malta": "MT", "Europe/Oslo": "NO", "Europe/Paris": "FR", "Europe/Prague": "CZ",
    "Europe/Riga": "LV", "Europe/Rome": "IT", "Europe/Sofia": "BG", "Europe/Stockholm": "SE", "Europe/Tallinn": "EE",
    "Europe/Vaduz": "LI", "Europe/Vienna": "AT", "Europe/Vilnius": "LT", "Europe/Warsaw": "PL", "Europe/Zagreb": "HR",
    "Europe/Zurich": "CH", "Indian/Mayotte": "FR-976", "Indian/Reunion": "FR-974", "Pacific/Auckland": "NZ",
    "Pacific/Honolulu": "US-HI",
}  # fmt: skip


# Codes in use beside a country's own: the Union's words for two, and ISO's second ones for parts of France and Finland.
_OTHERWISE = {
    "UK": "GB", "EL": "GR", "GP": "FR-971", "MQ": "FR-972", "GF": "FR-973", "RE": "FR-974", "YT": "FR-976", "AX": "FI-01",
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
    first, dash, rest = place.partition("-")
    place = _OTHERWISE.get(first, first) + dash + rest
    if country(place) not in COUNTRIES:
        raise UnknownName("place", typed, (), "places are ISO 3166 codes: DE, DE-BE, GB-SCT, US-CA")
    parts = PARTS.get(country(place))
    if "-" in place and parts:
        if part(place) in parts:
            return place
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
    zones = {known: name for name, kept_at in _KEPT_AT.items() for known in kept_at.split()}
    name = zones.get(place) or zones.get(country(place))
    if name is None:
        raise UsageError(
            f"an instant cannot become a date in '{place}': its time zone is not on file",
            "give the date there instead, for example 2026-11-22",
        )
    return name
