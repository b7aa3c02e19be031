"""Where things stand on a letter that goes into a window envelope: three forms, in millimetres from the sheet's top left.

DIN 5008 form B: the address field is 85 x 45 mm, 20 mm from the left and 45 mm from the top; its upper 17.7 mm hold the
return line, its lower 27.3 mm six lines of address; folds at 105 and 210 mm
(https://www.din-5008-richtlinien.de/startseite/anschriftenfeld/).

US: the window of a no. 10 envelope (4 1/8 x 9 1/2 in) is 1 1/8 in high and 4 1/2 in wide, 7/8 in from the left and 1/2 in
from the bottom, and 1/8 in inside its edge stays clear (https://www.businessenvelopes.com/window-envelopes-the-complete-guide).
A sheet of 8 1/2 x 11 in folded in three is 3 2/3 in high; standing on the bottom of the envelope, it shows what lies 2.04 to
3.17 in from its top, which is the rule of http://www.postalmethods.com/resources/developers-guide/127; as it has an inch of
play sideways, only what lies 7/8 to 4 3/8 in from its left is always seen.

UK: the window of a DL envelope (110 x 220 mm) is 35 mm high and 90 mm wide, 20 mm from the left and 18 mm from the bottom:
the commonest measure in the trade, known to us without a source that we could cite. A4 folded in three (99 mm) that stands on
the bottom shows what lies 46 to 81 mm from its top; with 10 mm of play sideways, 20 to 100 mm from its left are always seen.

The sheets keep 3 mm clear of what is seen (5 mm at the sides). Outside DIN 5008 no return line fits into the window; the
sender stands at the head of the sheet in every form.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Form(StrEnum):
    """A sheet of paper and the window envelope that it is folded for."""

    DIN_5008 = "din-5008"
    UK = "uk"
    US = "us"


class Sheet(Struct, frozen=True, kw_only=True):
    """The measures of a form in millimetres.

    The address stands between `top` and `bottom`, `width` wide from `left`; it begins at `start` and moves up where it needs
    the room. `seen` is what the window shows of the sheet: left, top, right, bottom. The text begins at `text`.
    """

    paper: str
    envelope: str
    seen: tuple[float, float, float, float]
    left: float
    width: float
    top: float
    start: float
    bottom: float
    text: float
    folds: tuple[float, float]
    return_line: bool = False
    head_left: bool = False


SHEETS = {
    Form.DIN_5008: Sheet(
        paper="a4",
        envelope="a DIN 5008 window envelope",
        seen=(20, 45, 105, 90),
        left=25,
        width=75,
        top=46,
        start=62.7,
        bottom=89.5,
        text=95,
        folds=(105, 210),
        return_line=True,
    ),
    Form.UK: Sheet(
        paper="a4",
        envelope="a UK DL window envelope",
        seen=(20, 46, 100, 81),
        left=25,
        width=70,
        top=49,
        start=58,
        bottom=78,
        text=88,
        folds=(99, 198),
    ),
    Form.US: Sheet(
        paper="us-letter",
        envelope="a US no. 10 window envelope",
        seen=(22.2, 51.8, 111.1, 80.4),
        left=25.4,
        width=80.7,
        top=54.9,
        start=64,
        bottom=77.3,
        text=87,
        folds=(93.1, 186.3),
        head_left=True,
    ),
}


def form_for(place: str) -> Form:
    """The form that is usual in a place (ISO 3166-2, of the recipient or of whoever buys the envelope).

    US and CA have the American form, GB and IE the British, every other place DIN 5008, whose window also fits the envelopes
    of ISO size that are sold in most of Europe with the window on the left.
    """
    country = place.partition("-")[0].upper()
    return {"US": Form.US, "CA": Form.US, "GB": Form.UK, "IE": Form.UK}.get(country, Form.DIN_5008)
