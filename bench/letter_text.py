"""Text letters, so many times in one process: by dsr, or by bare Jinja2: `letter_text.py dsr|jinja2 COUNT`.

Both write the English request for access under the GDPR from the same templates with the same facts, each with a reference of its
own. The bare loop has no sandbox, cleans no value, chooses no law and breaks no line: it renders, and nothing else.
"""

from __future__ import annotations

import sys

from letter_pdf import ON, letter

from dsr import letters
from dsr.letters import Asks
from dsr.model import Right
from dsr.resources import folder


def with_dsr(count: int) -> None:
    """Write them as dsr does, as printed text."""
    for number in range(count):
        assert len(letter(number).text()) > 4_000


def with_jinja2(count: int) -> None:
    """Render the template and nothing else."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(folder("templates")), trim_blocks=True, lstrip_blocks=True)
    template = environment.get_template("gdpr/access.en.j2")
    facts = {
        "name": "Ada Lovelace",
        "account": "",
        "email": "ada@home.example",
        "route": "post",
        "address": ("Kastanienallee 1", "10435 Berlin"),
        "service": "Lumen",
        "company": "Lumen Labs Ireland Limited",
        "asks": Asks(),
        "story": None,
        "right": "access",
        "today": ON,
        **letters._speech("eu-gdpr", Right.ACCESS, "en", "access", ON),
    }
    for number in range(count):
        assert len(template.render({**facts, "reference": f"R-{number:04}"})) > 4_000


if __name__ == "__main__":
    {"dsr": with_dsr, "jinja2": with_jinja2}[sys.argv[1]](int(sys.argv[2]))
