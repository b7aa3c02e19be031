"""What a letter may say about a law: the firm facts of its pack, in the words of the letter's language."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from msgspec import Struct

from dsr.law import packs
from dsr.law.rules import Citation, Pack
from dsr.letters import words
from dsr.letters.families import family_of, response
from dsr.model import Period, Right

_ARTICLES = re.compile(
    r"Art\. (\d+[A-Z]?(?:\(\d+[A-Z]?\))?(?:\([a-z]\))?(?:, \d+[A-Z]?(?:\(\d+[A-Z]?\))?(?:\([a-z]\))?)*) ([A-Z].*)"
)
_LAST = re.compile(r"(?<=[\d)]), (?=[\d(][\w.():-]*$)")  # before the last of several: "s 18, 19"


class Law(Struct, frozen=True, kw_only=True):
    """A law as templates see it. What is not firmly known is empty: a letter then leaves it out, or asks.

    `article` gives the right; `period` is that of the answer under `period_article`, `longer` the whole period where it may be
    extended; `authority` takes complaints under `complaint_article`; `appeal` is the period of the answer to an appeal.
    `gdpr`: EU or UK, whose articles a template may cite by number. `firm`: the law as a whole is well founded.
    """

    id: str
    family: str
    name: str
    short: str
    article: str = ""
    period: Period | None = None
    period_article: str = ""
    longer: Period | None = None
    authority: str = ""
    complaint_article: str = ""
    has_appeal: bool = False
    appeal: Period | None = None
    appeal_article: str = ""
    act: str = ""
    firm: bool = True

    @property
    def gdpr(self) -> bool:
        """Whether the articles of the GDPR may be cited, as the EU or the UK has them."""
        return self.family == "gdpr"

    @property
    def us(self) -> bool:
        """Whether it is a law of the United States, whose letters have forms of their own."""
        return self.id.startswith("us-")


def cited(article: str, regime: str, lang: str) -> str:
    """A pack's citation as a letter in `lang` writes it; empty where the pack itself says that it is not sure."""
    said = words.read(lang)
    if "recall" in article or "not verified" in article:
        return ""
    return _cited(article, said, packs.find(regime).short, said.law.get(regime))


def _firm(pack: Pack, rule: Citation) -> bool:
    return (rule.confidence or pack.confidence).firm


def _cited(article: str, said: words.Words, short: str, mine: words.LawWords | None) -> str:
    """A citation of a pack as the language writes it: whole as in `instead`, "Art. 12(3) GDPR" by its rules, others by words."""
    instead = {**({short: mine.short} if mine else {}), **(mine.instead if mine else {})}

    def one(text: str) -> str:
        if text in instead:
            return instead[text]
        if found := _ARTICLES.fullmatch(text):
            return said.cited(instead.get(found[2], found[2]), *found[1].split(", "))
        for word, here in instead.items():
            text = text.replace(word, here)
        return _LAST.sub(said.cite.both, text)

    *more, last = list(filter(None, map(one, article.split("; ")))) or [""]
    return f"{', '.join(more)}{said.cite.both}{last}" if more else last


@lru_cache(1_000)
def law(regime: str, right: Right, lang: str, on: date) -> Law:
    """The law for a letter about `right` in `lang`, as it stands on that day."""
    pack, said = packs.find(regime), words.read(lang)
    mine = said.law.get(regime)

    def firm(rule: Citation | None) -> str:
        return cited(rule.article, regime, lang) if rule and _firm(pack, rule) else ""

    clock, appeal = response(pack, right, on), next((one for one in pack.clock if one.kind == "appeal"), None)
    period_article, extension = firm(clock), clock.extension if clock else None
    article = firm(pack.rights.get(right))
    named = (mine.authority if mine else "") or (pack.complaint.authority if lang == "en" else "")
    authority = named if named and _firm(pack, pack.complaint) else said.authority
    return Law(
        id=regime,
        family=family_of(regime),
        name=mine.name if mine else re.sub(r" \([^()]*\)$", "", pack.name) if article else pack.name,
        short=mine.short if mine else pack.short,
        article=article,
        period=clock.period if clock and period_article else None,
        period_article=period_article,
        longer=extension.period if extension and firm(extension) else None,
        authority=authority,
        complaint_article=firm(pack.complaint),
        has_appeal=appeal is not None,
        appeal=appeal.period if appeal and firm(appeal) else None,
        appeal_article=firm(appeal),
        act=mine.act if mine else "",
        firm=pack.confidence.firm,
    )
