"""Pictures made small enough for a report."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from autograder.handed_in.pictures import LARGEST, WIDEST, small_png
from tests.unit.handed_in.documents import a_plot


def opened(png: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(png)))


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def test_a_small_plot_stays_as_it_is():
    assert base64.b64decode(small_png(a_plot())) == a_plot()


def test_a_large_one_is_made_small():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (1500, 3000, 3), dtype=np.uint8))
    found = small_png(encoded(noise))
    assert len(base64.b64decode(found)) <= LARGEST
    assert max(opened(found).size) <= WIDEST


def test_what_is_transparent_becomes_white():
    found = opened(small_png(encoded(Image.new("RGBA", (1200, 1200), (0, 0, 0, 0))))).convert("RGB")
    assert found.getpixel((0, 0)) == (255, 255, 255)


def test_a_photograph_becomes_a_png():
    assert opened(small_png(encoded(Image.new("RGB", (100, 80), "red"), "JPEG"))).format == "PNG"


def test_what_is_damaged_huge_or_no_picture_is_left_out():
    assert small_png(b"no picture") == ""
    assert small_png(a_plot()[:200]) == ""
    assert small_png(encoded(Image.new("1", (30_000, 30_000)))) == ""
