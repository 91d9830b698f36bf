"""A stranger's words within a sentence of the grader's: where they end is plain, whatever they are."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 200
MARKS: Final = str.maketrans("“”", "''")  # ours, which would end the quotation


def quoted(text: str, longest: int = LONGEST) -> str:
    """“the text” on one line, with at most so many characters of it."""
    line = " ".join(text[: 4 * longest].split())
    return f"“{(line if len(line) <= longest else f'{line[: longest - 1]}…').translate(MARKS)}”"
