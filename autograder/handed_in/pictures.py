"""Pictures from a stranger's documents, made small enough for a report."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterable, Iterator
from typing import Final

from PIL import Image

from autograder import limited

WIDEST: Final = 900  # pixels of a picture that is kept
COLOURS: Final = 64  # colours of one that is still too large; plots have few
LARGE: Final = 60_000  # bytes
LARGEST: Final = 250_000  # bytes of a picture that is kept
MOST_PIXELS: Final = 20_000_000  # of one that is decoded
FORMATS: Final = ("PNG", "JPEG")
BOUNDS: Final = limited.Bounds(seconds=60.0, memory=1_000_000_000)  # for all pictures of a submission


def small_pngs(pictures: Iterable[bytes]) -> dict[bytes, str]:
    """The result of `small_png` for each picture, made in a limited process; empty for those it does not get to."""
    asked = list(dict.fromkeys(pictures))
    if not asked:
        return {}
    heard = limited.read_apart(shrunk, [base64.b64encode(picture).decode() for picture in asked], BOUNDS)
    return dict(zip(asked, (*map(str, heard.records), *[""] * len(asked)), strict=False))


def shrunk(pictures: Iterable[str]) -> Iterator[str]:
    """`small_png` of each picture, given in base64."""
    for picture in pictures:
        yield small_png(base64.b64decode(picture))


def small_png(picture: bytes) -> str:
    """The picture as a PNG in base64, at most 900 pixels wide and high and 250 kB large.

    Empty if that is impossible: it is neither PNG nor JPEG, is damaged, or has more than 20 million pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return ""
                if opened.format == "PNG" and max(opened.size) <= WIDEST and len(picture) <= LARGE:
                    opened.load()  # raises if it is damaged
                    return _encoded(picture)
                return _shrunk(_on_white(opened))
    except Exception:  # Pillow raises whatever its decoders do on damaged files
        return ""


def _shrunk(picture: Image.Image) -> str:
    picture.thumbnail((WIDEST, WIDEST))
    for shrink in (1.0, 0.6, 0.35):
        size = (max(1, int(picture.width * shrink)), max(1, int(picture.height * shrink)))
        for reduced in (picture.resize(size), picture.resize(size).quantize(COLOURS)):
            buffer = io.BytesIO()
            reduced.save(buffer, "PNG", optimize=True)
            limit = LARGE if reduced.mode == "RGB" else LARGEST
            if len(buffer.getvalue()) <= limit:
                return _encoded(buffer.getvalue())
    return ""


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency: plots are drawn for a white page."""
    if picture.mode in ("RGBA", "LA") or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        page = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(page, coloured).convert("RGB")
    return picture.convert("RGB")


def _encoded(picture: bytes) -> str:
    return base64.b64encode(picture).decode("ascii")
