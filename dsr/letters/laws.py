"""What a letter may say about a law: the firm facts of its pack, in the words of the letter's language."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from dsr.law import packs
from dsr.law.rules import Citation, Pack
from dsr.letters import words
from dsr.letters.families import family_of, response
from dsr.model import Period, Right


_ARTICLES = re.compile(r"Art\. (\d+[A-Z]?(?:\(\d+[A-Z]?\))?(?:\([a-z]\))?(?:, \d+[A-Z]?(?:\(\d+[A-Z]?\))?(?:\([a-z]\))?)*) ([A-Z].*)")


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


def _firm(pack: Pack, rule: Citation) -> bool:
    return (rule.confidence or pack.confidence).firm and "recall" not in rule.article and "not verified" not in rule.article


def _cited(article: str, said: words.Words, short: str, mine: words.LawWords | None) -> str:
    """A citation of a pack as the language writes it: "Art. 12(3) GDPR" by its rules, other forms word by word."""
    instead = {**({short: mine.short} if mine else {}), **(mine.instead if mine else {})}

    def one(text: str) -> str:
        if found := _ARTICLES.fullmatch(text):
            return said.cited(instead.get(found[2], found[2]), *found[1].split(", "))
        for word, here in instead.items():
            text = text.replace(word, here)
        return text

    return "; ".join(map(one, article.split("; ")))


@cache
def law(regime: str, right: Right, lang: str) -> Law:
    """The law for a letter about `right` in `lang`."""
    pack, said = packs.find(regime), words.read(lang)
    mine = said.law.get(regime)

    def cited(rule: Citation | None) -> str:
        return _cited(rule.article, said, pack.short, mine) if rule and _firm(pack, rule) else ""

    clock, appeal = response(pack, right), next((one for one in pack.clock if one.kind == "appeal"), None)
    period_article, extension = cited(clock), clock.extension if clock else None
    authority = (mine.authority if mine else "") or said.authority
    if lang == "en" and not (mine and mine.authority) and _firm(pack, pack.complaint):
        authority = pack.complaint.authority
    return Law(
        id=regime,
        family=family_of(regime),
        name=mine.name if mine else pack.name,
        short=mine.short if mine else pack.short,
        article=cited(pack.rights.get(right)),
        period=clock.period if clock and period_article else None,
        period_article=period_article,
        longer=extension.period if extension and cited(extension) else None,
        authority=authority,
        complaint_article=cited(pack.complaint),
        has_appeal=appeal is not None,
        appeal=appeal.period if appeal and cited(appeal) else None,
        appeal_article=cited(appeal),
        act=mine.act if mine else "",
        firm=pack.confidence.firm,
    )
