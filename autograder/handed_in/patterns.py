"""Regular expressions of many words, written so that a person can read them."""

from __future__ import annotations

import re


def one_of(pieces: str, *, before: str = "", after: str = "") -> re.Pattern[str]:
    """A pattern that finds any of the `pieces`, which are separated by ' | ' or line breaks, whatever their case.

    `before` and `after` are patterns around it.
    """
    alternatives = [piece.strip() for line in pieces.splitlines() for piece in line.split(" | ")]
    return re.compile(f"{before}(?:{'|'.join(filter(None, alternatives))}){after}", re.IGNORECASE)
