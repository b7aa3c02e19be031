"""Thousands of companies at hand: imports of open directories, a search that forgives typos, and what the person added.

Everything lies in `directory/` of the home: `index.db` (rebuilt whole by every import and put in place in one move, so that a
broken one leaves the earlier directory) and `own.json` (what the person wrote). dsr's own records win over imported ones.
"""
