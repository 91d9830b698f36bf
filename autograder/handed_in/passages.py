"""The passages of a submission's documents, in reading order: headings, prose, comments, pictures, tables, printed text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "text", "comment", "code", "printed", "table", "picture", "error", "asked"]
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Passage:
    """One piece of a document.

    The student copied what is `asked` from the assignment. `level` is a heading's, 1 to 6, or 0 if the document doesn't
    say. `rows` are a table's, its heading row first. `picture` is an encoded picture as it was found; empty for one that
    can't be shown, which `text` then explains.
    """

    kind: Kind
    file: str
    where: str  # 'cell 4', 'after cell 4', 'page 2', 'line 12'; empty for the file as a whole
    text: str
    level: int = 0
    rows: Rows = ()
    picture: bytes = b""

    @property
    def place(self) -> str:
        """File and place in it, as reports name them: 'homework1.ipynb cell 4'."""
        return f"{self.file} {self.where}".strip()


def in_lines(rows: Rows) -> str:
    """A table as text, one row on each line."""
    return "\n".join(" | ".join(row) for row in rows)
