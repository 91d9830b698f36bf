"""Tables that hold answers: a question, or the number of a part, beside a text. Each row is read as a heading and its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from autograder.handed_in.passages import Passage, Rows
from autograder.handed_in.sentences import WIDE, sentences

FEWEST_WORDS: Final = 4  # of a sentence in a cell
WITHOUT_AN_END: Final = 8  # words of one that has no full stop
LONGEST_TITLE: Final = 40  # characters of a column's
END: Final = re.compile(r"[.!?…。！？]['\")”]?$")
WORD: Final = re.compile(r"[^\W\d_]{2,}")
FIGURE: Final = re.compile(r"[-+−]?\d[\d.,]*\s*(?:%|s|min|sec|M|k)?")


def with_texts_in_tables(passages: Iterable[Passage]) -> Iterator[Passage]:
    """The passages, and in place of each table of texts what it says, row by row: what names a row as a heading, then its text.

    A table of results stays one, whatever remarks stand in it.
    """
    for passage in passages:
        if passage.kind == "table" and _holds_texts(passage.rows):
            yield from _told(passage)
        else:
            yield passage


def _holds_texts(rows: Rows) -> bool:
    width = max(map(len, rows), default=0)
    columns = [[row[column] for row in rows if column < len(row)] for column in range(1, width)]
    of_figures = any(sum(bool(FIGURE.fullmatch(cell)) for cell in column) > 1 for column in columns)
    told = [cell for row in rows for cell in row if _is_text(cell)]
    return not of_figures and (len(told) > 1 or any(len(sentences(cell)) > 1 for cell in told))


def _is_text(cell: str) -> bool:
    words = len(WORD.findall(cell)) + len(WIDE.findall(cell)) // 2
    return words >= (FEWEST_WORDS if END.search(cell) else WITHOUT_AN_END)


def _told(table: Passage) -> Iterator[Passage]:
    rows = table.rows
    has_titles = not any(_is_text(cell) for cell in rows[0]) and all(len(cell) <= LONGEST_TITLE for cell in rows[0])
    titles = rows[0] if has_titles else ()
    for row in rows[1:] if has_titles else rows:
        texts = [column for column, cell in enumerate(row) if _is_text(cell) or (column and END.search(cell))]
        if len(texts) > 1 and titles and not any(cell for cell in row[: texts[0]] if WORD.search(cell)):
            for column in texts:  # an answer in each column
                yield _heading(table, [titles[column] if column < len(titles) else ""])
                yield _text(table, row[column])
            continue
        asked, told = (texts[:-1], texts[-1:]) if texts[:1] == [0] and len(texts) > 1 else ([], texts)
        title = [titles[told[-1]]] if told and told[-1] < len(titles) else []
        yield _heading(table, [cell for column, cell in enumerate(row) if column not in texts and cell] + title)
        yield from (_text(table, row[column]) for column in (*asked, *told))


def _heading(table: Passage, cells: list[str]) -> Passage:
    return Passage("heading", table.file, table.where, " – ".join(filter(None, cells)) or "–")


def _text(table: Passage, text: str) -> Passage:
    return Passage("text", table.file, table.where, text)
