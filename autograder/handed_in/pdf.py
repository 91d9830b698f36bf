"""A PDF into passages. The file is taken apart in a process of its own with limits; here its lines become paragraphs."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from autograder import limited
from autograder.handed_in import pdf_process
from autograder.handed_in.layout import Cells, Line, Page, Placed, body_size, in_reading_order, joined
from autograder.handed_in.passages import Passage, in_lines
from autograder.handed_in.pdf_rules import Grid
from autograder.handed_in.prose import CAPTION

SECONDS: Final = 30.0
MEMORY: Final = 2_000_000_000  # bytes of address space
MOST_OUTPUT: Final = 60_000_000  # bytes that are taken from the process
LARGER: Final = 1.12  # times the size of the running text: a heading
LONGEST_HEADING: Final = 120
DEEPEST: Final = 6  # the level of a heading that is marked only by bold letters
SPACED: Final = 1.75  # times the letters' size between two lines: a new paragraph
SHORT: Final = 0.7  # of the width of the text: the last line of a paragraph
INDENTED: Final = 0.8  # times the letters' size: the first line of a paragraph
NUMERIC: Final = re.compile(r"[-+]?\d[\d.,' ]*\s*(?:%|s|sec|min)?$")
FIGURES: Final = re.compile(r"[^\W\d].*\d[.,]\d|\d[.,]\d+\s*$")  # 'relu: 0.97', but not '2.1 Part A'
END: Final = re.compile(r"[.!?:。！？]['\")”]?\d?$")
WORDS: Final = re.compile(r"[^\W\d_]{2,}")
FEW_WORDS: Final = 7  # in a line that was printed, or a row of a table
BULLET: Final = re.compile(r"(?:[•●◦▪■–*·‣⁃-]|\(?[a-z\d]{1,2}[.)])\s")
NUMBERS: Final = re.compile(r"[-+−.,\d\s%×^e]*")
SCANNED: Final = 5  # words per page; one with fewer, and pictures, is scanned text


@dataclass(frozen=True)
class Pdf:
    """A PDF as far as it could be read; one without pages was unreadable. A figure is a picture or a drawing."""

    pages: int = 0
    passages: tuple[Passage, ...] = ()
    problem: str = ""  # why it, or a part of it, is missing, without a full stop; empty if nothing is
    words: int = 0
    figures: int = 0
    cut: bool = False  # there are more pages than were read

    @property
    def scanned(self) -> bool:
        """Whether its pages are pictures of text, or empty."""
        return bool(self.pages) and self.words <= SCANNED * self.pages


def read_pdf(path: Path, name: str, *, seconds: float = SECONDS) -> Pdf:
    """Read the PDF at `path`; `name` is what its passages' `file` says.

    At most 100 pages and 60 pictures are read, for at most `seconds`; what was read until then counts. Raises
    limited.ReaderFailed if this machine can't read any.
    """
    heard = limited.read_apart(pdf_process.records, str(path.resolve()), limited.Bounds(seconds, MEMORY, MOST_OUTPUT))
    records = heard.records
    if not records:
        return Pdf(problem=heard.problem if _is_pdf(path) else "it is not a PDF file")
    about, *found = records
    pages = _pages(found)
    everything = in_reading_order(pages)
    passages = list(_passages(everything, name))
    return Pdf(
        pages=int(about["pages"]),
        passages=tuple(passages),
        problem="; ".join(_problems(about, found, heard.problem)),
        words=sum(len(WORDS.findall(each.text)) for each in passages if not each.picture),
        figures=sum(isinstance(each, Placed) for each in everything),
        cut=int(about["pages"]) > len(pages),
    )


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF" in file.read(1024)


def _problems(about: Mapping[str, Any], found: Sequence[Mapping[str, Any]], ended: str) -> Iterator[str]:
    pages = int(about["pages"])
    damaged = sorted({record["page"] for record in found if "problem" in record})
    if ended:
        last = max((record["page"] for record in found), default=0)
        yield f"reading it broke off after page {last} of {pages} ({ended})"
    elif pages > pdf_process.PAGES:
        yield f"only the first {pdf_process.PAGES} of its {pages} pages were read"
    if damaged:
        yield f"damaged pages were left out: {', '.join(map(str, damaged[:10]))}"
    if embedded := int(about["embedded"]):
        yield f"{embedded} file{'s' * (embedded > 1)} embedded in it {'were' if embedded > 1 else 'was'} not opened"
    if about["scripts"]:
        yield "the JavaScript in it was not run"


def _pages(records: Sequence[Mapping[str, Any]]) -> list[Page]:
    pages: dict[int, Page] = {}
    for record in records:
        number = record["page"]
        page = pages.get(number, Page(number, 612.0, 792.0, ()))
        if "width" in record:
            page = replace(page, width=record["width"], height=record["height"])
        elif "pieces" in record:
            page = replace(page, pieces=tuple(pdf_process.Piece(**each) for each in record["pieces"]))
        elif "columns" in record:
            page = replace(page, tables=(*page.tables, Grid(tuple(record["columns"]), tuple(record["rows"]))))
        elif "picture" in record:
            placed = Placed(number, base64.b64decode(record["picture"]), *record["where"])
            page = replace(page, pictures=(*page.pictures, placed))
        pages[number] = page
    return [pages[number] for number in sorted(pages)]


def _passages(everything: Sequence[Line | Placed | Cells], name: str) -> Iterator[Passage]:
    body = body_size(everything)
    sizes = sorted({round(each.size) for each in everything if isinstance(each, Line) and _is_large(each, body)})
    levels = {size: min(len(sizes) - index, DEEPEST - 1) for index, size in enumerate(sizes)}
    passages: list[Passage] = []
    lines: list[Line] = []
    for each in (*everything, None):
        if isinstance(each, Line) and (not lines or lines[-1].page == each.page):
            lines.append(each)
            continue
        for passage in _text(lines, body, levels, name):
            if not _continue(passages, passage):
                passages.append(passage)
        lines = [each] if isinstance(each, Line) else []
        if isinstance(each, Cells):
            passages.append(Passage("table", name, f"page {each.page}", in_lines(each.rows), rows=each.rows))
        if isinstance(each, Placed):
            unshown = "" if each.picture else "a picture that is damaged, too large, or one too many to be shown here"
            passages.append(Passage("picture", name, f"page {each.page}", unshown, picture=each.picture))
    return iter(passages)


def _is_large(line: Line, body: float) -> bool:
    return line.size > LARGER * body and len(line.text) <= LONGEST_HEADING


def _continue(passages: list[Passage], passage: Passage) -> bool:
    """Join a paragraph that continues after a page, a column, or a figure or table with its caption."""
    before = next((index for index in range(len(passages) - 1, -1, -1) if not _floats(passages[index])), None)
    if before is None or passage.kind != "text" or passages[before].kind != "text":
        return False
    started = passages[before]
    divided = started.text.endswith(pdf_process.DIVIDED)
    if not divided and (END.search(started.text) or not passage.text[:1].islower()):
        return False
    passages[before] = replace(started, text=joined([started.text, passage.text]))
    return True


def _floats(passage: Passage) -> bool:
    """Whether a passage may interrupt a paragraph that has nothing to do with it."""
    return passage.kind in ("picture", "table") or (passage.kind == "text" and bool(CAPTION.match(passage.text)))


def _text(lines: Sequence[Line], body: float, levels: Mapping[int, int], name: str) -> Iterator[Passage]:
    """Headings, tables, listings, and paragraphs, which end if the gap to the next line is wide or the letters change."""
    edges = {
        column: max(each.right for each in lines if each.column == column) for column in {each.column for each in lines}
    }
    position = 0
    while position < len(lines):
        line = lines[position]
        where = f"page {line.page}"
        table = _table(lines[position:])
        if len(table) > 1:
            yield Passage("table", name, where, in_lines(table), rows=table)
            position += len(table)
            continue
        block = [line]
        while position + len(block) < len(lines):
            following = lines[position + len(block)]
            if _parts(block, following, edges[line.column]) or len(_table(lines[position + len(block) :])) > 1:
                break
            block.append(following)
        position += len(block)
        yield from _block(block, body, levels, name, where)


def _parts(block: Sequence[Line], following: Line, edge: float) -> bool:
    """Whether a line starts a new paragraph, in text whose right edge is `edge`."""
    line = block[-1]
    size = max(line.size, following.size, 1.0)
    if line.mono and following.mono and line.column == following.column:
        return abs(line.y - following.y) > 3 * size
    if line.mono != following.mono or line.bold != following.bold or abs(line.size - following.size) > 0.1 * size:
        return True
    if line.column != following.column:
        return bool(END.search(line.text))
    if abs(line.y - following.y) > SPACED * size or BULLET.match(following.text):
        return True
    if line.right - line.left < SHORT * (edge - line.left) and not following.text[:1].islower():
        return True
    return bool(END.search(line.text)) and following.left - min(each.left for each in block) > INDENTED * size


def _block(block: Sequence[Line], body: float, levels: Mapping[int, int], name: str, where: str) -> Iterator[Passage]:
    """A heading, a listing, figures that were printed, or prose."""
    texts = [line.text for line in block]
    text = joined(texts)
    if block[0].mono:
        yield from _listing(block, name, where)
    elif _is_large(block[0], body) and len(text) <= LONGEST_HEADING:
        yield Passage("heading", name, where, text, levels.get(round(block[0].size), 0))
    elif block[0].bold and len(text) <= LONGEST_HEADING and not text.endswith((".", ",", ";")):
        yield Passage("heading", name, where, text.rstrip(" :"), DEEPEST)
    elif all(NUMBERS.fullmatch(each) for each in texts):
        return  # ticks of a plot
    elif _printed(texts):
        yield Passage("printed", name, where, "\n".join(texts))
    else:
        # Left open if it continues after the page: `_continue` takes the hyphen out.
        divided = texts[-1].endswith(pdf_process.DIVIDED)
        yield Passage("text", name, where, text + pdf_process.DIVIDED * divided)


def _printed(lines: Sequence[str]) -> bool:
    """Whether lines are mostly figures."""
    figures = sum(bool(FIGURES.search(line)) and len(WORDS.findall(line)) <= FEW_WORDS for line in lines)
    return figures * 2 > len(lines) and not END.search(lines[-1])


def _listing(lines: Sequence[Line], name: str, where: str) -> Iterator[Passage]:
    """Monospaced text: printed output if lines are mostly figures, else code."""
    left = min(line.left for line in lines)
    width = max(lines[0].size * 0.6, 1.0)
    text = "\n".join(" " * round((line.left - left) / width) + line.text for line in lines)
    yield Passage("printed" if _printed([line.text for line in lines]) else "code", name, where, text)


def _table(lines: Sequence[Line]) -> tuple[tuple[str, ...], ...]:
    """The rows of a table that starts with the first line: equal numbers of cells, figures in all but the heading row.

    The heading row may have fewer cells: pandas gives its index no heading, and titles may be close together.
    """
    if NUMERIC.match(lines[0].cells[-1]):
        return ()
    rows: list[Line] = []
    for line in lines[1:]:
        cells = line.cells
        if len(cells) < 2 or not NUMERIC.match(cells[-1]) or len(cells) != len((rows or [line])[0].cells):
            break
        rows.append(line)
    if len(rows) < 2:
        return ()
    head = _titles(lines[0], rows)
    return (head, *(row.cells for row in rows)) if head else ()


def _titles(head: Line, rows: Sequence[Line]) -> tuple[str, ...]:
    """The heading row's text by column; () if a column after the first has none."""
    count = len(rows[0].cells)
    if len(head.cells) == count:
        return head.cells
    if len(head.cells) == count - 1 and head.left >= min(row.starts[1] for row in rows) - head.size:
        return ("", *head.cells)
    starts = [min(row.starts[column] for row in rows) for column in range(count)]
    letter = (head.right - head.left) / max(len(head.text), 1)
    titles: list[list[str]] = [[] for _ in range(count)]
    for match in re.finditer(r"\S+", head.text):
        middle = head.left + letter * (match.start() + match.end()) / 2
        column = max((index for index, start in enumerate(starts) if start <= middle), default=0)
        titles[column].append(match[0])
    found = tuple(" ".join(words) for words in titles)
    return found if all(found[1:]) else ()
