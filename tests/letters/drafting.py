"""A letter's draft read back; nothing here is a test."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from typing import Any

from dsr.letters import Letter

TO, SENT_AT = "privacy@lumen.example", datetime(2026, 11, 22, 9, 30, 15, 7, tzinfo=UTC)
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "X-Unsent", "Content-Type", "Content-Transfer-Encoding"]


def parsed(letter: Letter) -> Any:
    """The draft as a mail program reads it."""
    return message_from_bytes(letter.eml(TO, SENT_AT), policy=policy.default)


def sent_from(letter: Letter) -> tuple[str, str]:
    """Name and address in the only From header. (policy.default of Python 3.11 garbles long names.)"""
    head = letter.eml(TO, SENT_AT).partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
    (line,) = (line for line in head.split("\r\n") if line.startswith("From: "))
    name, _, mail = line.removeprefix("From: ").rpartition(" <")
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return str(make_header(decode_header(name))), mail.removesuffix(">")
