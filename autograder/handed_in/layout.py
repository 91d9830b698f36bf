"""From the positions of text on pages to what a reader sees: lines, columns, and what belongs to the page alone.

Positions are in points, from a page's left and from its bottom.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograder.handed_in import contents
from autograder.handed_in.passages import Rows
from autograder.handed_in.pdf_process import DIVIDED, WIDE_GAP, Piece
from autograder.handed_in.pdf_rules import LONGEST_CELL, Grid

RAISED: Final = 0.7  # of the letters' size: how far above its line a superscript is
LOWERED: Final = 0.45
SMALLER: Final = 0.87  # times its line's size: a superscript or subscript
LEVEL: Final = 0.3  # of the letters' size between two pieces of the same line
BLANK: Final = 0.12  # of the letters' size between two words
FEWEST_LETTERS: Final = 200  # of running text, beside listings, that determine its size
EDGE_LINES: Final = 2  # at the top and at the bottom of a page, where running heads are
MOST_HEADS: Final = 20  # of the same words that are looked for
EDGE: Final = 0.15  # of the page's height
SAME_PLACE: Final = 6.0  # points
OFTEN: Final = 0.4  # of the pages that show a running head
PAGE_NUMBER: Final = re.compile(
    r"\W*(?:(?:page|p|pg|seite|s|página|pág|pag|pagina|стр|с|бет|第)\.?\s*)?(?:\d{1,3}|[ivx]{1,5})"
    r"(?:\s*(?:/|\||of|von|de|di|sur|из)\s*\d{1,3})?\s*(?:页)?\W*",
    re.IGNORECASE,
)
# Columns of text, not those of a table
COLUMN_LINES: Final = 6  # at least, in each
LAST_LINES: Final = 2  # of a column, if other pages have two: a text may end anywhere
SAME_GUTTER: Final = 0.03  # of the page's width
COLUMN_LETTERS: Final = 15  # in a line; pieces with fewer may be cells, or parts of a formula
ACROSS: Final = 0.25  # of the lines may go over both
ALIGNED: Final = 0.6  # of the right column's lines start at the same place


@dataclass(frozen=True)
class Line:
    """A line of a page. `cells` are separated by wide gaps, `starts` are their left edges; `column` is the column of text
    it is in."""

    page: int
    text: str
    cells: tuple[str, ...]
    starts: tuple[float, ...]
    left: float
    right: float
    y: float
    size: float
    bold: bool
    mono: bool
    column: int = 0


@dataclass(frozen=True)
class Placed:
    """A picture on a page, encoded; empty if it can't be shown."""

    page: int
    picture: bytes
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Cells:
    """A table of texts on a page, with its commonest letter size."""

    page: int
    rows: Rows
    size: float
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Page:
    """The contents of a page, in no order."""

    number: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    pictures: tuple[Placed | Cells, ...] = ()
    tables: tuple[Grid, ...] = ()  # whose texts are among the pieces


def in_reading_order(pages: Sequence[Page]) -> list[Line | Placed | Cells]:
    """The lines and pictures of all pages as they are read, without running heads, page numbers and tables of contents."""
    pages = [_with_cells(page) for page in _without_running_heads(pages)]
    gutters = _gutters(pages)
    everything = [each for page, gutter in zip(pages, gutters, strict=True) for each in _ordered(page, gutter)]
    lines = [each for each in everything if isinstance(each, Line)]
    listed = {lines[index] for index in contents.entries([line.text for line in lines])}
    return [each for each in everything if not isinstance(each, Line) or each not in listed]


def body_size(lines: Sequence[Line | Placed | Cells]) -> float:
    """The commonest letter size, in points; 0 if there are no letters. Listings, which may be long, count only if there is almost
    nothing else."""
    found = [(each.size, len(each.text), each.mono) for each in lines if isinstance(each, Line)]
    found += [(each.size, sum(map(len, row)), False) for each in lines if isinstance(each, Cells) for row in each.rows]
    told = [(size, count) for size, count, mono in found if not mono]
    enough = sum(count for _, count in told) >= FEWEST_LETTERS
    return _most_frequent(told if enough else ((size, count * (1 if mono else 3)) for size, count, mono in found))


def _most_frequent(sizes: Iterable[tuple[float, int]]) -> float:
    counted: Counter[float] = Counter()
    for size, count in sizes:
        counted[size] += count
    return max(counted, key=lambda size: counted[size], default=0.0)


def _with_cells(page: Page) -> Page:
    """The page with each table of texts as one item, in place of the pieces in its cells."""
    for grid in page.tables:
        inside = [each for each in page.pieces if grid.holds((each.left + each.right) / 2, each.y)]
        cells: dict[tuple[int, int], list[Piece]] = {}
        for piece in inside:
            cells.setdefault(grid.cell((piece.left + piece.right) / 2, piece.y), []).append(piece)
        rows = tuple(
            tuple(
                joined(line.text for line in _lines(page.number, cells.get((row, column), ()), 0))
                for column in range(len(grid.columns) - 1)
            )
            for row in range(len(grid.rows) - 1)
        )
        if max(len(cell) for row in rows for cell in row) > LONGEST_CELL:
            continue
        size = _most_frequent((piece.size, len(piece.text)) for piece in inside)
        table = Cells(page.number, tuple(row for row in rows if any(row)), size, *grid.box)
        kept = tuple(each for each in page.pieces if each not in inside)
        page = replace(page, pieces=kept, pictures=(*page.pictures, table))
    return page


def _ordered(page: Page, gutter: float | None) -> Iterator[Line | Placed | Cells]:
    if gutter is None:
        yield from _from_the_top(page, page.pieces, page.pictures, 0)
        return
    # Whatever spans both columns divides the page into bands, which are read one after the other.
    across = [each for each in page.pieces if each.left < gutter - 1 and each.right > gutter + 1]
    wide = [each for each in page.pictures if each.left < gutter - 1 and each.right > gutter + 1]
    beside = [each for each in page.pieces if each not in across]
    shown = [each for each in page.pictures if each not in wide]
    tops = sorted({*(each.y for each in across), *(each.bottom for each in wide)}, reverse=True)
    upper = math.inf
    for lower in (*tops, -math.inf):
        for column in (1, 2):
            yield from _from_the_top(
                page,
                [each for each in beside if lower < each.y <= upper and (each.left >= gutter) == (column == 2)],
                [each for each in shown if lower < each.top <= upper and (each.left >= gutter) == (column == 2)],
                column,
            )
        at = [each for each in across if each.y == lower]
        yield from _from_the_top(page, at, [each for each in wide if each.bottom == lower], 0)
        upper = lower


def _gutters(pages: Sequence[Page]) -> list[float | None]:
    """The position of the gutter between two columns of text on each page, from the left; None for one column. If other
    pages have two columns, a page needs few lines in each: its text may end soon, or be between pictures."""
    found = [_gutter(page, COLUMN_LINES) for page in pages]
    known = [(x / page.width, page.width) for x, page in zip(found, pages, strict=True) if x is not None]
    for index, page in enumerate(pages):
        if found[index] is None and known and (x := _gutter(page, LAST_LINES)) is not None:
            near = (abs(x / page.width - share) <= SAME_GUTTER and width == page.width for share, width in known)
            found[index] = x if any(near) else None
    return found


def _gutter(page: Page, fewest: int) -> float | None:
    """The position of the gutter between two columns of at least this many lines on a page; None if there is none."""
    pieces = [each for each in page.pieces if len(each.text) >= COLUMN_LETTERS and not each.mono]
    best: tuple[float, float] | None = None
    for step in range(30, 71):
        x = page.width * step / 100
        left = [each for each in pieces if each.right <= x]
        right = [each for each in pieces if each.left >= x]
        across = len(pieces) - len(left) - len(right)
        if min(len(left), len(right)) < fewest or across > ACROSS * (len(left) + len(right)):
            continue
        starts = Counter(round(each.left / 4) for each in right)
        most, count = starts.most_common(1)[0]
        if count + starts[most + 1] + starts[most - 1] < ALIGNED * len(right):
            continue
        if best is None or across < best[0]:
            best = across, x
    return best[1] if best else None


def _from_the_top(
    page: Page, pieces: Iterable[Piece], pictures: Iterable[Placed | Cells], column: int
) -> Iterator[Line | Placed | Cells]:
    waiting = sorted(pictures, key=lambda each: -each.top)
    for line in _lines(page.number, pieces, column):
        while waiting and waiting[0].top > line.y:
            yield waiting.pop(0)
        yield line
    yield from waiting


def _lines(page: int, pieces: Iterable[Piece], column: int) -> Iterator[Line]:
    """Pieces at the same height as one line, with its superscripts and subscripts."""
    line: list[Piece] = []
    base: Piece | None = None  # of the line: the largest
    for piece in sorted(pieces, key=lambda each: (-each.y, each.left)):
        if base is not None and _same_line(base, piece, line):
            line.append(piece)
            base = piece if piece.size > base.size else base
            continue
        if base is not None:
            yield _line(page, line, base, column)
        line, base = [piece], piece
    if base is not None:
        yield _line(page, line, base, column)


def _same_line(base: Piece, piece: Piece, line: Sequence[Piece]) -> bool:
    size = max(base.size, piece.size)
    if abs(base.y - piece.y) <= LEVEL * min(base.size, piece.size):
        return True
    small, large = sorted((base, piece), key=lambda each: each.size)
    if small.size > SMALLER * large.size or len(small.text) > 30:
        return False
    raised = small.y - large.y
    near = any(piece.left - size <= each.right and each.left <= piece.right + size for each in line)
    return near and -LOWERED * large.size <= raised <= RAISED * large.size


def _line(page: int, pieces: Sequence[Piece], base: Piece, column: int) -> Line:
    pieces = sorted(pieces, key=lambda each: each.left)
    cells: list[str] = []
    starts: list[float] = []
    end = 0.0
    for piece in pieces:
        gap = piece.left - end
        if not cells or gap > WIDE_GAP * base.size:
            cells.append(piece.text)
            starts.append(piece.left)
        else:
            cells[-1] += (" " if abs(gap) > BLANK * base.size else "") + piece.text
        end = max(end, piece.right)
    cells = [" ".join(cell.split()) for cell in cells]
    letters = sum(len(each.text) for each in pieces)
    bold, mono = (
        2 * sum(len(each.text) for each in pieces if getattr(each, what)) > letters for what in ("bold", "mono")
    )
    text = " ".join(cells)
    return Line(page, text, tuple(cells), tuple(starts), pieces[0].left, end, base.y, base.size, bold, mono, column)


def _without_running_heads(pages: Sequence[Page]) -> list[Page]:
    """The pages without repeated text at their tops and bottoms, and without page numbers."""
    body = _most_frequent((piece.size, len(piece.text)) for page in pages for piece in page.pieces)
    edges = [(page.number, piece) for page in pages for piece in _edges(page) if piece.size <= 1.05 * body]
    # Pages that have a text between head and foot
    full = {page.number for page in pages if len({round(piece.y) for piece in page.pieces}) > 2}
    needed = max(2, math.ceil(OFTEN * len(pages)))
    found = {each for each in edges if PAGE_NUMBER.fullmatch(each[1].text)}
    by_text: dict[str, list[tuple[int, Piece]]] = {}
    for each in edges:
        by_text.setdefault(re.sub(r"\d+", "#", each[1].text), []).append(each)
    for together in by_text.values():
        for each in together[:MOST_HEADS]:
            alike = {other for other in together if _alike(each, other)}
            if len({number for number, _ in alike} & full) >= needed:
                found |= alike
    return [
        replace(page, pieces=tuple(piece for piece in page.pieces if (page.number, piece) not in found))
        for page in pages
    ]


def _edges(page: Page) -> list[Piece]:
    """The outermost lines of a page, if these are near its edges."""
    heights = sorted({round(piece.y) for piece in page.pieces}, reverse=True)
    outer = {*heights[:EDGE_LINES], *heights[-EDGE_LINES:]}
    near = EDGE * page.height
    return [each for each in page.pieces if round(each.y) in outer and not near < each.y < page.height - near]


def _alike(one: tuple[int, Piece], other: tuple[int, Piece]) -> bool:
    """Whether two pieces of the same words are the same running head: their numbers are equal or change with the page."""
    (page, piece), (other_page, other_piece) = one, other
    if abs(piece.y - other_piece.y) > SAME_PLACE:
        return False
    pairs = zip(re.findall(r"\d+", piece.text), re.findall(r"\d+", other_piece.text), strict=True)
    return all(int(number[:9]) - int(other_number[:9]) in (0, page - other_page) for number, other_number in pairs)


def joined(lines: Iterable[str]) -> str:
    """Lines as one text; a word that was divided at the end of a line is put together."""
    text = ""
    for line in lines:
        if text.endswith(DIVIDED):
            text = text[: -len(DIVIDED)] + line
        elif re.search(r"[^\W\d]-$", text) and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}".strip()
    return text.replace(DIVIDED, "")
