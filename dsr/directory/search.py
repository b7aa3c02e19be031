"""Find a company by what somebody typed: the trigram index proposes, difflib compares, dsr's own records win a draw."""

from __future__ import annotations

from difflib import SequenceMatcher

from msgspec import Struct

from dsr.directory import cleaning
from dsr.directory.folding import core, fold
from dsr.directory.index import Index

CANDIDATES = 30
_FAR = 0.35  # so much less alike than the best is no answer


class Hit(Struct, frozen=True, kw_only=True):
    """A company found: by which of its names, and how alike that is to what was typed (0 to 1)."""

    slug: str
    shown: str
    kind: str
    score: float


def exact(index: Index, typed: str) -> list[Hit]:
    """The companies that are called exactly this, or whose domain it is."""
    wanted = dict.fromkeys(filter(None, (fold(typed), fold(cleaning.domain(typed)))))
    found = [name for folded in wanted for name in index.exact(folded)]
    best = {name.slug: Hit(slug=name.slug, shown=name.shown, kind=name.kind, score=1.0) for name in reversed(found)}
    return sorted(best.values(), key=lambda hit: hit.slug)


def search(index: Index, typed: str, limit: int = 10) -> list[Hit]:
    """The companies most like what was typed, best first, each once."""
    folded = fold(cleaning.domain(typed) or typed)[:120]
    if not folded:
        return []
    alike = _Alike(folded)
    best: dict[str, Hit] = {}
    for name in index.near(folded, CANDIDATES):
        score = alike(name.folded)
        if score > (best[name.slug].score if name.slug in best else 0.35):
            best[name.slug] = Hit(slug=name.slug, shown=name.shown, kind=name.kind, score=round(score, 3))
    found = sorted(best.values(), key=lambda hit: (-hit.score, hit.kind != "slug", hit.slug))[:limit]
    return [hit for hit in found if hit.score >= found[0].score - _FAR]


class _Alike:
    """How alike a name is to what was typed: as it stands, without legal forms, or as the beginning of a longer one."""

    def __init__(self, folded: str) -> None:
        self.folded, self.core = folded, core(folded)
        self.whole, self.short = SequenceMatcher(autojunk=False), SequenceMatcher(autojunk=False)
        self.whole.set_seq2(folded)
        self.short.set_seq2(self.core)

    def __call__(self, name: str) -> float:
        if name == self.folded:
            return 1.0
        score = self._ratio(self.whole, name)
        short = core(name)
        if (short, self.core) != (name, self.folded):
            score = max(score, self._ratio(self.short, short) - 0.01)
        if short.startswith(self.core):
            score = max(score, 0.75 + 0.2 * len(self.core) / len(short))
        return score

    @staticmethod
    def _ratio(matcher: SequenceMatcher[str], name: str) -> float:
        matcher.set_seq1(name)
        return matcher.ratio() if matcher.real_quick_ratio() > 0.4 and matcher.quick_ratio() > 0.4 else 0.0
