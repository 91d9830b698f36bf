"""What a PDF holds, as records: its lines of text with where they stand, and its pictures.

Runs in a process of its own: such files are complicated, and these come from strangers. No script in a PDF is run, and no file
embedded in one is opened.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import hashlib
import io
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

PAGES: Final = 100
PICTURES: Final = 60
LONGEST_PAGE: Final = 40_000  # characters of one page that are read
LONGEST_PIECE: Final = 4_000
WIDEST: Final = 1000  # pixels of a picture that is handed on
MOST_PIXELS: Final = 20_000_000
SMALLEST: Final = 80  # pixels or points; smaller pictures are bullets and logos
WIDE_GAP: Final = 0.9  # of the letters' size: between columns, not between words
MOST_OBJECTS: Final = 20_000  # of one page
DRAWN: Final = 150  # lines and curves that make a drawing, and not only the rules of a table
TICKS: Final = 6  # at the axes of a plot
LONGEST_TICK: Final = 8.0  # points
FRAME: Final = 5  # lines of a rectangle
APART: Final = 12.0  # points between two drawings
MARGIN: Final = 18.0  # points around a drawing, for the labels at its edges
LABELS: Final = 14.0  # points around it in which short text is a label
WHOLE_PAGE: Final = 0.9  # of a page's height: a path that high is its background or frame
IN_DRAWING: Final = 0.3  # of a picture that is a part of a drawing
LONGEST_LABEL: Final = 60  # characters of text in a drawing
DEEPEST: Final = 4  # drawings inside drawings
SCALE: Final = 2.0  # pixels a point of a drawing
LIGATURES: Final = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
HYPHEN: Final = "\x02"  # what PDFium has for the one of a word that goes on in the next line
DIVIDED: Final = "\u00ad"  # a soft hyphen: the same in what is handed on
FIXED_PITCH: Final = 1  # of a font's flags in its descriptor
MONO: Final = re.compile(r"mono|courier|consol|menlo|typewriter|cmtt|source ?code|fira ?code|[-_]tt\b", re.IGNORECASE)
BOLD: Final = re.compile(r"bold|black|heavy|cmbx|cmb\d|-medi\b|[-,]bd\b", re.IGNORECASE)
BOLD_WEIGHT: Final = 600


Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


@dataclass(frozen=True)
class Piece:
    """Text between two wide gaps of a line. Positions are in points, from the page's left and from its bottom.

    `y` is where the letters stand, `size` is theirs, in points.
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
    """How a letter looks; its size is that on the page, in points, whatever the file scales."""

    size: float
    bold: bool
    mono: bool


def records(path: str) -> Iterator[dict[str, Any]]:
    """What the file is: its number of `pages`, how many files are `embedded`, whether it has `scripts`. Then for each page its
    `width` and `height`; its `pieces` of text; each `picture` and `where` it is; or the page's `problem`.

    A picture comes once, however many pages show it; one that is not handed on, for its size or since there are too many,
    comes empty. Raises ValueError for a file that can't be read.
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
        except Exception as error:  # a damaged page costs itself
            yield {"page": number + 1, "problem": f"{type(error).__name__}: {error}"[:200]}


def _read_page(page: pdfium.PdfPage, seen: set[bytes]) -> Iterator[dict[str, Any]]:
    width, height = page.get_size()
    yield {"width": round(width, 1), "height": round(height, 1)}
    drawings, pictures = _figures(page)
    with contextlib.closing(page.get_textpage()) as text:
        pieces = [piece for piece in _pieces(text) if not any(drawing.labelled(piece) for drawing in drawings)]
    yield {"pieces": [asdict(piece) for piece in pieces]}
    for where, picture in itertools.chain(_unpacked(pictures), _rendered(page, drawings)):
        told = hashlib.sha256(picture).digest()
        if picture and told in seen:
            continue
        seen.add(told)
        kept = picture if len(seen) <= PICTURES else b""
        yield {"picture": base64.b64encode(kept).decode(), "where": [round(each, 1) for each in where]}


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
        """Whether a letter stands where the next of this line would: not far to the right, nor back at the left."""
        return not self.faces or -2 * face.size < box.left - self.right <= WIDE_GAP * face.size

    def end(self) -> Iterator[Piece]:
        """What was read, if there is something; the next piece begins after it."""
        said, faces = "".join(self.text).strip()[:LONGEST_PIECE], self.faces
        if said and faces:
            size = sorted(face.size for face in faces)[len(faces) // 2]
            bold, mono = (2 * sum(each) > len(faces) for each in ([f.bold for f in faces], [f.mono for f in faces]))
            left, right, y, size = (round(number, 1) for number in (self.left, self.right, self.y, size))
            yield Piece(said, left, right, y, size, bold, mono)
        self.text, self.faces = [], []


def _pieces(page: pdfium.PdfTextpage) -> Iterator[Piece]:
    """The page's text in the order of the file. PDFium ends lines, and finds blanks where the file has none."""
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
            if not line.goes_on(faces[owner], box):
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


@dataclass(frozen=True)
class _Drawing:
    """Where a page is drawn on, in points."""

    left: float
    bottom: float
    right: float
    top: float
    lines: int  # straight or curved
    ticks: int  # short lines, as axes have

    @property
    def is_figure(self) -> bool:
        """Whether it is more than the rules of a table or the frame of a listing."""
        large = min(self.right - self.left, self.top - self.bottom) >= SMALLEST
        return large and (self.lines >= DRAWN or self.ticks >= TICKS)

    def with_(self, other: _Drawing) -> _Drawing:
        return _Drawing(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
            self.lines + other.lines,
            self.ticks + other.ticks,
        )

    def holds(self, picture: Box) -> bool:
        """Whether a large part of a picture lies in it."""
        left, bottom, right, top = picture
        wide = min(right, self.right) - max(left, self.left)
        high = min(top, self.top) - max(bottom, self.bottom)
        return wide > 0 and high > 0 and wide * high > IN_DRAWING * (right - left) * (top - bottom)

    def labelled(self, piece: Piece) -> bool:
        """Whether the text is a tick, a label or a legend's entry of the drawing."""
        beside = self.left - LABELS <= piece.left and piece.right <= self.right + LABELS
        inside = beside and self.bottom - LABELS <= piece.y <= self.top + LABELS
        return inside and len(piece.text) <= LONGEST_LABEL


def _figures(page: pdfium.PdfPage) -> tuple[list[_Drawing], list[tuple[Box, pdfium.PdfImage]]]:
    """A page's drawings, and its pictures with their places. A picture in a drawing, as a heat map between its axes, is a part
    of that."""
    drawings = list(_drawings(page))
    pictures = []
    kinds = (raw.FPDF_PAGEOBJ_IMAGE,)
    for picture in itertools.islice(page.get_objects(kinds, max_depth=DEEPEST), PICTURES):
        where = _on_page(picture)
        around = next((index for index, each in enumerate(drawings) if each.holds(where)), None)
        if around is None:
            pictures.append((where, picture))
        else:
            drawings[around] = drawings[around].with_(_Drawing(*where, 0, 0))
    return drawings, pictures


def _drawings(page: pdfium.PdfPage) -> Iterator[_Drawing]:
    """The drawings on a page: paths that lie near each other, from the top down."""
    width, height = page.get_size()
    paths = []
    kinds = (raw.FPDF_PAGEOBJ_PATH,)
    for path in itertools.islice(page.get_objects(kinds, max_depth=DEEPEST), MOST_OBJECTS):
        left, bottom, right, top = _on_page(path)
        lines = raw.FPDFPath_CountSegments(path.raw)
        if lines <= FRAME and top - bottom > WHOLE_PAGE * height:
            continue  # the page's background
        is_tick = lines == 2 and max(right - left, top - bottom) <= LONGEST_TICK
        inside = max(left, 0.0), max(bottom, 0.0), min(right, width), min(top, height)
        paths.append(_Drawing(*inside, lines, int(is_tick)))
    paths.sort(key=lambda path: -path.top)
    together: list[_Drawing] = []
    for path in paths:
        if together and path.top >= together[-1].bottom - APART:
            together[-1] = together[-1].with_(path)
        else:
            together.append(path)
    return (drawing for drawing in together if drawing.is_figure)


def _on_page(item: pdfium.PdfObject) -> Box:
    """An object's left, bottom, right and top on the page, also where it is a part of a drawing that was put in as a whole."""
    left, bottom, right, top = item.get_bounds()
    outer = item.container
    while outer is not None:
        matrix = outer.get_matrix()
        corners = [matrix.on_point(x, y) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
        outer = outer.container
    return left, bottom, right, top


def _rendered(page: pdfium.PdfPage, drawings: Sequence[_Drawing]) -> Iterator[tuple[Box, bytes]]:
    """The drawings as pictures, each with its place."""
    width, height = page.get_size()
    for each in drawings:
        left, bottom = max(0.0, each.left - MARGIN), max(0.0, each.bottom - MARGIN)
        right, top = min(width, each.right + MARGIN), min(height, each.top + MARGIN)
        scale = min(SCALE, WIDEST / max(right - left, top - bottom, 1.0))
        bitmap = page.render(scale=scale, crop=(left, bottom, width - right, height - top))
        yield (each.left, each.bottom, each.right, each.top), _png(bitmap.to_pil())


def _unpacked(pictures: Sequence[tuple[Box, pdfium.PdfImage]]) -> Iterator[tuple[Box, bytes]]:
    """Those of the pictures that are no bullets or logos, each with its place; empty where one is damaged or too large."""
    for where, each in pictures:
        try:
            width, height = each.get_px_size()
            if min(width, height) < SMALLEST:
                continue
            large = width * height > MOST_PIXELS
            yield where, b"" if large else _png(each.get_bitmap(render=True, scale_to_original=False).to_pil())
        except MemoryError:
            raise
        except Exception:  # whatever a damaged picture makes a decoder do
            yield where, b""


def _png(picture: Image.Image) -> bytes:
    picture = picture.convert("RGB")
    picture.thumbnail((WIDEST, WIDEST))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
