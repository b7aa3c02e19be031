"""One letter as PDF so many times in one process, set by dsr or as HTML by WeasyPrint: `letter_pdf.py dsr|weasyprint COUNT`.

Both set the words of the same letter, the English request for access under the GDPR, on the same sheet with the same tags;
WeasyPrint parses its style sheet once. Each letter has a reference of its own, so that neither can give back an old one.
"""

from __future__ import annotations

import sys
from datetime import date
from html import escape

from dsr.letters import Letter
from dsr.letters import render as write
from dsr.model import Address, Entity, Right, Route, Subject

ON = date(2026, 11, 22)
STYLE = """
@page { size: A4; margin: 27mm 25mm 23mm;
  @bottom-center { content: counter(page) " / " counter(pages); font-size: 8.5pt } }
body { font: 10.5pt/1.3 serif; margin: 0 } h1, h2 { font-size: 10.5pt } address { position: absolute; font-style: normal }
ul { padding-left: 5mm } p { margin: 0 0 0.85em } #to { top: 35.7mm } #from { top: -9mm; left: 98mm } main { margin-top: 68mm }
"""


def letter(number: int) -> Letter:
    """A letter whose reference is its own."""
    return write(
        regime="eu-gdpr",
        right=Right.ACCESS,
        lang="en",
        subject=Subject(
            id="ada",
            name="Ada Lovelace",
            emails=("ada@home.example",),
            address=Address(("Kastanienallee 1", "10435 Berlin"), "DE"),
        ),
        controller="lumen",
        entity=Entity("Lumen Labs Ireland Limited", "IE", ("1 Grand Canal Street", "Dublin 2", "Ireland")),
        service="Lumen",
        reference=f"R-{number:04}",
        on=ON,
        route=Route.POST,
    )


def with_dsr(count: int) -> None:
    """Set them as dsr does."""
    from dsr.letters.forms import Form
    from dsr.letters.pdf import render

    for number in range(count):
        assert len(render(letter(number), Form.DIN_5008, on=ON)) > 10_000


def with_weasyprint(count: int) -> None:
    """Set them as HTML with WeasyPrint."""
    from weasyprint import CSS, HTML  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-not-found,import-untyped,unused-ignore]

    fonts = FontConfiguration()
    style = CSS(string=STYLE, font_config=fonts)
    for number in range(count):
        page = HTML(string=html(letter(number)))
        assert len(page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")) > 10_000


def html(letter: Letter) -> str:
    """The same words as a page."""
    body = ""
    for block in letter.body.split("\n\n"):
        for line in block.split("\n"):
            item = line.startswith(("- ", "("))
            body += f"<ul><li>{escape(line)}</li></ul>" if item else f"<p>{escape(line)}</p>"
    body = body.replace("</ul><ul>", "")
    head = f'<html lang="{letter.lang}"><head><title>{escape(letter.subject)}</title></head>'
    return (
        f'{head}<body><address id="from">{"<br>".join(map(escape, letter.sender))}</address>'
        f'<address id="to">{"<br>".join(map(escape, letter.recipient))}</address>'
        f"<main><p>{letter.dated}</p><h1>{escape(letter.subject)}</h1>{body}</main></body></html>"
    )


if __name__ == "__main__":
    {"dsr": with_dsr, "weasyprint": with_weasyprint}[sys.argv[1]](int(sys.argv[2]))
