"""The figures on a page of a PDF: pictures, and what is drawn in lines, which is rendered. Runs in a process of its own."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

PICTURES: Final = 60
WIDEST: Final = 1000  # pixels of a picture that is handed on
MOST_PIXELS: Final = 20_000_000
SMALLEST: Final = 80  # pixels or points; smaller pictures are bullets and logos
MOST_OBJECTS: Final = 20_000  # of one page
DRAWN: Final = 150  # lines and curves that make a drawing, not just the rules of a table
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
SCALE: Final = 2.0  # pixels per point of a drawing

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


@dataclass(frozen=True)
class Drawing:
    """The area of a drawing on a page, in points."""

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

    def with_(self, other: Drawing) -> Drawing:
        return Drawing(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
            self.lines + other.lines,
            self.ticks + other.ticks,
        )

    def holds(self, picture: Box) -> bool:
        """Whether a large part of a picture is inside it."""
        left, bottom, right, top = picture
        wide = min(right, self.right) - max(left, self.left)
        high = min(top, self.top) - max(bottom, self.bottom)
        return wide > 0 and high > 0 and wide * high > IN_DRAWING * (right - left) * (top - bottom)

    def labelled(self, left: float, right: float, y: float, text: str) -> bool:
        """Whether the text is a tick, a label or a legend entry of the drawing."""
        beside = self.left - LABELS <= left and right <= self.right + LABELS
        inside = beside and self.bottom - LABELS <= y <= self.top + LABELS
        return inside and len(text) <= LONGEST_LABEL


def paths(page: pdfium.PdfPage) -> list[tuple[Box, int]]:
    """The drawn paths on a page, each with the number of its lines and curves."""
    drawn = page.get_objects((raw.FPDF_PAGEOBJ_PATH,), max_depth=DEEPEST)
    return [(_on_page(path), raw.FPDFPath_CountSegments(path.raw)) for path in itertools.islice(drawn, MOST_OBJECTS)]


def figures(
    page: pdfium.PdfPage, drawn: Sequence[tuple[Box, int]]
) -> tuple[list[Drawing], list[tuple[Box, pdfium.PdfImage]]]:
    """The drawings that a page's paths form, and its pictures with their places. A picture in a drawing, such as a heat map
    between its axes, is part of it."""
    drawings = list(_drawings(page, drawn))
    pictures = []
    kinds = (raw.FPDF_PAGEOBJ_IMAGE,)
    for picture in itertools.islice(page.get_objects(kinds, max_depth=DEEPEST), PICTURES):
        where = _on_page(picture)
        around = next((index for index, each in enumerate(drawings) if each.holds(where)), None)
        if around is None:
            pictures.append((where, picture))
        else:
            drawings[around] = drawings[around].with_(Drawing(*where, 0, 0))
    return drawings, pictures


def _drawings(page: pdfium.PdfPage, drawn: Sequence[tuple[Box, int]]) -> Iterator[Drawing]:
    """The drawings on a page: paths that lie near each other, from the top down."""
    width, height = page.get_size()
    pieces = []
    for (left, bottom, right, top), lines in drawn:
        if lines <= FRAME and top - bottom > WHOLE_PAGE * height:
            continue  # the page's background
        is_tick = lines == 2 and max(right - left, top - bottom) <= LONGEST_TICK
        inside = max(left, 0.0), max(bottom, 0.0), min(right, width), min(top, height)
        pieces.append(Drawing(*inside, lines, int(is_tick)))
    pieces.sort(key=lambda path: -path.top)
    together: list[Drawing] = []
    for path in pieces:
        if together and path.top >= together[-1].bottom - APART:
            together[-1] = together[-1].with_(path)
        else:
            together.append(path)
    return (drawing for drawing in together if drawing.is_figure)


def _on_page(item: pdfium.PdfObject) -> Box:
    """An object's left, bottom, right and top on the page, also if it is part of an embedded drawing (a form object)."""
    left, bottom, right, top = item.get_bounds()
    outer = item.container
    while outer is not None:
        matrix = outer.get_matrix()
        corners = [matrix.on_point(x, y) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
        outer = outer.container
    return left, bottom, right, top


def rendered(page: pdfium.PdfPage, drawings: Sequence[Drawing]) -> Iterator[tuple[Box, bytes]]:
    """The drawings as pictures, each with its place."""
    width, height = page.get_size()
    for each in drawings:
        left, bottom = max(0.0, each.left - MARGIN), max(0.0, each.bottom - MARGIN)
        right, top = min(width, each.right + MARGIN), min(height, each.top + MARGIN)
        scale = min(SCALE, WIDEST / max(right - left, top - bottom, 1.0))
        bitmap = page.render(scale=scale, crop=(left, bottom, width - right, height - top))
        yield (each.left, each.bottom, each.right, each.top), _png(bitmap.to_pil())


def unpacked(pictures: Sequence[tuple[Box, pdfium.PdfImage]]) -> Iterator[tuple[Box, bytes]]:
    """The pictures that are not bullets or logos, each with its place; empty if one is damaged or too large."""
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
