"""A PDF into passages. The file is taken apart in a process of its own with limits; here its lines become paragraphs."""

from __future__ import annotations

import base64
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from autograder import limited
from autograder.handed_in import pdf_process
from autograder.handed_in.passages import Passage, in_lines

SECONDS: Final = 30.0
MEMORY: Final = 2_000_000_000  # bytes of address space
MOST_OUTPUT: Final = 60_000_000  # bytes that are taken from the process
LARGER: Final = 1.12  # times the size of the running text: a heading
LONGEST_HEADING: Final = 120
SPACED: Final = 1.75  # times the letters' size between two lines: a new paragraph
NUMERIC: Final = re.compile(r"[-+]?\d[\d.,' ]*\s*(?:%|s|sec|min)?$")
FIGURES: Final = re.compile(r"[^\W\d].*\d[.,]\d|\d[.,]\d+\s*$")  # 'relu: 0.97', but not '2.1 Part A'
END: Final = re.compile(r"[.!?:。！？]['\")”]?$")


class UnreadablePdf(ValueError):
    """The file is no PDF that can be read. The message says why, without a full stop."""


@dataclass(frozen=True)
class Pdf:
    """A PDF as far as it could be read."""

    pages: int
    passages: tuple[Passage, ...]
    problem: str = ""  # why a part of it is missing, without a full stop; empty when nothing is


def read_pdf(path: Path, name: str, *, seconds: float = SECONDS) -> Pdf:
    """Read the PDF at `path`; `name` is what its passages' `file` says. Raises UnreadablePdf.

    At most 100 pages and 60 pictures are read, for at most `seconds` of time; what was read until then counts.
    """
    heard = limited.read_apart(pdf_process.records, str(path.resolve()), limited.Bounds(seconds, MEMORY, MOST_OUTPUT))
    records = heard.records
    if not records:
        raise UnreadablePdf(heard.problem if _is_pdf(path) else "it is no PDF file")
    pages = int(records[0]["pages"])
    last = max((record["page"] for record in records[1:]), default=0)
    damaged = sorted({record["page"] for record in records[1:] if "problem" in record})
    problems = []
    if heard.problem:
        problems.append(f"reading it broke off after page {last} of {pages} ({heard.problem})")
    elif pages > pdf_process.PAGES:
        problems.append(f"only the first {pdf_process.PAGES} of its {pages} pages were read")
    if damaged:
        problems.append(f"damaged pages were left out: {', '.join(map(str, damaged[:10]))}")
    return Pdf(pages, tuple(_passages(records[1:], name)), "; ".join(problems))


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF" in file.read(1024)


def _passages(records: Sequence[dict[str, Any]], name: str) -> list[Passage]:
    sizes: Counter[float] = Counter()
    for record in records:
        if "text" in record:
            sizes[round(record["size"], 1)] += len(record["text"])
    body = max(sizes, key=lambda size: sizes[size], default=0.0)
    passages: list[Passage] = []
    for (page, is_text), group in itertools.groupby(records, key=lambda record: (record["page"], "text" in record)):
        where = f"page {page}"
        if is_text:
            for passage in _text(list(group), body, name, where):
                if not _continue(passages, passage):
                    passages.append(passage)
            continue
        for record in group:
            if "picture" in record:
                passages.append(Passage("picture", name, where, "", picture=base64.b64decode(record["picture"])))
            elif "drawing" in record:
                passages.append(Passage("picture", name, where, "a plot drawn in lines, which can't be shown here"))
    return passages


def _continue(passages: list[Passage], passage: Passage) -> bool:
    """Put a paragraph together that goes on after a page or a picture."""
    before = next((index for index in range(len(passages) - 1, -1, -1) if passages[index].kind != "picture"), None)
    if before is None or passage.kind != "text" or passages[before].kind != "text":
        return False
    started = passages[before]
    if started.where == passage.where or END.search(started.text) or not passage.text[:1].islower():
        return False
    passages[before] = replace(started, text=_joined([started.text, passage.text]))
    return True


def _text(lines: Sequence[dict[str, Any]], body: float, name: str, where: str) -> Iterator[Passage]:
    """Headings, tables, and paragraphs, which end where the gap to the next line is wide or the letters change."""
    position = 0
    while position < len(lines):
        line = lines[position]
        table = _table(lines[position:])
        if len(table) > 1:
            yield Passage("table", name, where, in_lines(table), rows=table)
            position += len(table)
            continue
        if line["size"] > LARGER * body and len(line["text"]) <= LONGEST_HEADING:
            yield Passage("heading", name, where, line["text"])
            position += 1
            continue
        paragraph = [line]
        while position + len(paragraph) < len(lines):
            following = lines[position + len(paragraph)]
            if _parts(paragraph[-1], following) or len(_table(lines[position + len(paragraph) :])) > 1:
                break
            paragraph.append(following)
        position += len(paragraph)
        yield from _paragraph([each["text"] for each in paragraph], name, where)


def _parts(line: dict[str, Any], following: dict[str, Any]) -> bool:
    size = max(line["size"], 1.0)
    return bool(abs(line["y"] - following["y"]) > SPACED * size or abs(line["size"] - following["size"]) > 0.1 * size)


def _paragraph(lines: Sequence[str], name: str, where: str) -> Iterator[Passage]:
    """Prose as one passage; lines that are mostly figures as printed text, line by line."""
    figures = sum(bool(FIGURES.search(line)) and len(line) < 100 for line in lines)
    if figures * 2 > len(lines) and not END.search(lines[-1]):
        yield Passage("printed", name, where, "\n".join(lines))
    else:
        yield Passage("text", name, where, _joined(lines))


def _joined(lines: Iterable[str]) -> str:
    """Lines as one text; a word that was divided at the end of a line is put together."""
    text = ""
    for line in lines:
        divided = re.search(r"[^\W\d]-$", text) and line[:1].islower()
        text = text[:-1] + line if divided else f"{text} {line}".strip()
    return text


def _table(lines: Sequence[dict[str, Any]]) -> tuple[tuple[str, ...], ...]:
    """The rows of a table that begins with the first line: as many cells in each, figures in all but the heading row.

    The heading row may have a cell less: pandas gives its index no heading.
    """
    head = tuple(lines[0]["cells"])
    if len(head) < 2 or NUMERIC.match(head[-1]):
        return ()
    rows: list[tuple[str, ...]] = []
    for line in lines[1:]:
        cells = tuple(line["cells"])
        if (
            not NUMERIC.match(cells[-1])
            or len(cells) - len(head) not in (0, 1)
            or len(cells) != len((rows or [cells])[0])
        ):
            break
        rows.append(cells)
    if len(rows) < 2:
        return ()
    return (("",) * (len(rows[0]) - len(head)) + head, *rows)
