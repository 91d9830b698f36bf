"""Tables of answers: a question, or the number of a part, beside a text. Each row is read as a heading and its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from autograder.handed_in.passages import Passage, Rows
from autograder.handed_in.sentences import WIDE, sentences

FEWEST_WORDS: Final = 4  # of a sentence in a cell
WITHOUT_AN_END: Final = 8  # words of one that has no full stop
LONGEST_TITLE: Final = 40  # characters of a column's
END: Final = re.compile(r"[.!?…。！？]['\")”]?$")
QUESTION: Final = re.compile(
    r"\W*(?:questions?|tasks?|prompts?|asked|problem|exercise|topic|frage|aufgabe|thema|pregunta|question|domanda|вопрос|задани|问题|题目)",
    re.IGNORECASE,
)
WORD: Final = re.compile(r"[^\W\d_]{2,}")
FIGURE: Final = re.compile(r"[-+−]?\d[\d.,]*\s*(?:%|s|min|sec|M|k)?")


def with_texts_in_tables(passages: Iterable[Passage]) -> Iterator[Passage]:
    """The passages, with each table of texts replaced by its rows: the name of a row as a heading, then its text.

    A table of results stays a table, whatever remarks are in it.
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
    titles = dict(enumerate(rows[0])) if has_titles else {}
    for row in rows[1:] if has_titles else rows:
        told = [column for column, cell in enumerate(row) if _answers(column, cell, titles)]
        if len(told) > 1 and titles and not any(WORD.search(cell) for cell in row[: told[0]]):
            for column in told:  # an answer in each column
                yield _heading(table, [titles.get(column, "")])
                yield _text(table, row[column])
            continue
        beside = [cell for column, cell in enumerate(row) if column not in told and cell]
        questions = [cell for cell in beside if _is_text(cell)]
        called = [cell for cell in beside if cell not in questions]
        yield from (_heading(table, [question]) for question in questions)
        yield _heading(table, [*called, titles.get(told[-1], "") if told else ""])
        yield from (_text(table, row[column]) for column in told)


def _answers(column: int, cell: str, titles: Mapping[int, str]) -> bool:
    """Whether a cell says something of its own: neither a question nor the name of the row."""
    asks = cell.endswith(("?", "？")) or QUESTION.match(titles.get(column, ""))
    return not asks and (_is_text(cell) or (column > 0 and bool(END.search(cell)) and bool(WORD.search(cell))))


def _heading(table: Passage, cells: list[str]) -> Passage:
    return Passage("heading", table.file, table.where, " – ".join(filter(None, cells)) or "–")


def _text(table: Passage, text: str) -> Passage:
    return Passage("text", table.file, table.where, text)
