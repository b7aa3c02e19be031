"""Names made comparable: case, accents, punctuation and legal forms do not count."""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart into a base and an accent.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_FORMS = re.compile(
    r"(?: (?:gmbh|ggmbh|mbh|ag|se|kg|kgaa|ohg|gbr|ug|haftungsbeschrankt|e v|ev|eg|co|ltd|limited|plc|llp|llc|l l c|inc|"
    r"incorporated|corp|corporation|company|pbc|pty|pte|sa|s a|sas|s a s|sarl|s a r l|srl|s r l|spa|s p a|bv|b v|nv|n v|ab|"
    r"as|a s|aps|oy|oyj|sp z o o|z o o|s r o|kft|d o o|ou|uab|sl|s l|lda|unlimited|cie|deutschland|germany|europe|ireland|"
    r"international|und|and))+$"
)
_APART = re.compile(r"[\W_]+")


def fold(name: str) -> str:
    """Lower case, without accents, words apart by one blank."""
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS)
        name = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _APART.sub(" ", name.lower()).strip()


def core(folded: str) -> str:
    """A folded name without the legal form and the country behind it: `openai opco llc` -> `openai opco`."""
    return _FORMS.sub("", folded) or folded
