"""The contents of a PDF, as records: its lines of text with their positions, and its pictures.

Runs in a process of its own: such files are complicated, and these come from strangers. No script in a PDF is run, and no file
embedded in one is opened.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import hashlib
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from autograder.handed_in.pdf_figures import FRAME, PICTURES, figures, paths, rendered, unpacked
from autograder.handed_in.pdf_rules import PROSE, THIN, Box, Grid, grids
from autograder.handed_in.sentences import WIDE

PAGES: Final = 100
LONGEST_PAGE: Final = 40_000  # characters of one page that are read
LONGEST_PIECE: Final = 4_000
WIDE_GAP: Final = 0.9  # of the letters' size: between columns, not between words
LIGATURES: Final = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
HYPHEN: Final = "\x02"  # what PDFium gives for the hyphen of a word that continues on the next line
DIVIDED: Final = "\u00ad"  # a soft hyphen: the same in what is handed on
FIXED_PITCH: Final = 1  # of a font's flags in its descriptor
MONO: Final = re.compile(r"mono|courier|consol|menlo|typewriter|cmtt|source ?code|fira ?code|[-_]tt\b", re.IGNORECASE)
BOLD: Final = re.compile(r"bold|black|heavy|cmbx|cmb\d|-medi\b|[-,]bd\b", re.IGNORECASE)
BOLD_WEIGHT: Final = 600


@dataclass(frozen=True)
class Piece:
    """Text between two wide gaps of a line. Positions are in points, from the page's left and from its bottom.

    `y` is the baseline and `size` the letters' size, in points.
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    mono: bool


@dataclass(frozen=True)
class _Face:
    """The look of a letter; its size is that on the page, in points, after all scaling in the file."""

    size: float
    bold: bool
    mono: bool


def records(path: str) -> Iterator[dict[str, Any]]:
    """What the file is: its number of `pages`, how many files are `embedded`, whether it has `scripts`. Then for each page its
    `width` and `height`; its `pieces` of text; the `columns` and `rows` of each table of texts, as borders; each `picture` and
    `where` it is; or the page's `problem`.

    A picture comes once, however many pages show it; one that is not handed on, being too large or one too many, is empty.
    Raises ValueError for a file that can't be read.
    """
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        locked = error.err_code == raw.FPDF_ERR_PASSWORD
        raise ValueError("it is protected by a password" if locked else f"it is damaged ({error})") from error
    yield {
        "pages": len(document),
        "embedded": raw.FPDFDoc_GetAttachmentCount(document.raw),
        "scripts": raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0,
    }
    seen: set[bytes] = set()
    for number in range(min(len(document), PAGES)):
        try:
            with contextlib.closing(document[number]) as page:
                for record in _read_page(page, seen):
                    yield {"page": number + 1, **record}
        except MemoryError:
            raise
        except Exception as error:  # a damaged page affects no other
            yield {"page": number + 1, "problem": f"{type(error).__name__}: {error}"[:200]}


def _read_page(page: pdfium.PdfPage, seen: set[bytes]) -> Iterator[dict[str, Any]]:
    width, height = page.get_size()
    yield {"width": round(width, 1), "height": round(height, 1)}
    drawn = paths(page)
    ruled = grids(box for box, lines in drawn if lines <= FRAME)
    with contextlib.closing(page.get_textpage()) as text:
        pieces = list(_pieces(text, ruled))
    told = [grid for grid in ruled if any(_is_prose(each) and grid.holds(each.left, each.y) for each in pieces)]
    # The rules around texts are not a drawing, and the text between them is not a label.
    drawings, pictures = figures(page, [each for each in drawn if not any(_lies_in(each[0], grid) for grid in told)])
    kept = [
        piece
        for piece in pieces
        if not any(drawing.labelled(piece.left, piece.right, piece.y, piece.text) for drawing in drawings)
        or any(grid.holds(piece.left, piece.y) for grid in told)
    ]
    yield {"pieces": [asdict(piece) for piece in kept]}
    for grid in told:
        yield {"columns": grid.columns, "rows": grid.rows}
    for where, picture in itertools.chain(unpacked(pictures), rendered(page, drawings)):
        digest = hashlib.sha256(picture).digest()
        if picture and digest in seen:
            continue
        seen.add(digest)
        shown = picture if len(seen) <= PICTURES else b""
        yield {"picture": base64.b64encode(shown).decode(), "where": [round(each, 1) for each in where]}


def _is_prose(piece: Piece) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", piece.text)) >= PROSE or len(WIDE.findall(piece.text)) > 2 * PROSE


def _lies_in(box: Box, grid: Grid) -> bool:
    """Whether a path is within a table, its outer rules included."""
    left, bottom, right, top = grid.box
    return left - THIN <= box[0] and box[2] <= right + THIN and bottom - THIN <= box[1] and box[3] <= top + THIN


@dataclass
class _Line:
    """The letters of a piece, as far as they are read."""

    text: list[str] = field(default_factory=list)
    faces: list[_Face] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    y: float = 0.0

    def add(self, letter: str, face: _Face, box: raw.FS_RECTF, y: float) -> None:
        if not self.faces:
            self.left, self.y = box.left, y
            self.text.clear()  # blanks before it
        self.text.append(letter)
        self.faces.append(face)
        self.right = box.right

    def goes_on(self, face: _Face, box: raw.FS_RECTF) -> bool:
        """Whether a letter is where the next one of this line would be: neither far to the right nor back at the left."""
        return not self.faces or -2 * face.size < box.left - self.right <= WIDE_GAP * face.size

    def is_parted(self, box: raw.FS_RECTF, y: float, ruled: Sequence[Grid]) -> bool:
        """Whether the next letter is in another column of a table."""
        return bool(self.faces) and box.left > self.right and any(each.parts(self.right, box.left, y) for each in ruled)

    def end(self) -> Iterator[Piece]:
        """What was read, if anything; the next piece starts after it."""
        said, faces = "".join(self.text).strip()[:LONGEST_PIECE], self.faces
        if said and faces:
            size = sorted(face.size for face in faces)[len(faces) // 2]
            bold, mono = (2 * sum(each) > len(faces) for each in ([f.bold for f in faces], [f.mono for f in faces]))
            left, right, y, size = (round(number, 1) for number in (self.left, self.right, self.y, size))
            yield Piece(said, left, right, y, size, bold, mono)
        self.text, self.faces = [], []


def _pieces(page: pdfium.PdfTextpage, ruled: Sequence[Grid] = ()) -> Iterator[Piece]:
    """The page's text in the order of the file. PDFium ends lines, and finds blanks where the file has none. No piece crosses
    a rule between the columns of a table."""
    line = _Line()
    faces: dict[int, _Face] = {}
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(min(raw.FPDFText_CountChars(page.raw), LONGEST_PAGE)):
        letter = chr(raw.FPDFText_GetUnicode(page.raw, index) or ord(" "))
        if letter in ("\r", "\n", HYPHEN):
            line.text += [DIVIDED] if letter == HYPHEN else []
            yield from line.end()
        elif letter.isspace() or not letter.isprintable():
            line.text.append(" ")
        else:
            raw.FPDFText_GetLooseCharBox(page.raw, index, box)
            raw.FPDFText_GetCharOrigin(page.raw, index, x, y)
            owner = ctypes.cast(raw.FPDFText_GetTextObject(page.raw, index), ctypes.c_void_p).value or 0
            if owner not in faces:
                faces[owner] = _face(page, index)
            if not line.goes_on(faces[owner], box) or line.is_parted(box, y.value, ruled):
                yield from line.end()
            line.add(LIGATURES.get(letter, letter), faces[owner], box, y.value)
    yield from line.end()


def _face(page: pdfium.PdfTextpage, index: int) -> _Face:
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(page.raw, index, matrix)
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(page.raw, index, name, len(name), flags)
    font = name.value.decode("utf-8", "replace")
    return _Face(
        size=raw.FPDFText_GetFontSize(page.raw, index) * (math.hypot(matrix.c, matrix.d) or 1.0),
        bold=bool(BOLD.search(font)) or raw.FPDFText_GetFontWeight(page.raw, index) >= BOLD_WEIGHT,
        mono=bool(flags.value & FIXED_PITCH or MONO.search(font)),
    )
