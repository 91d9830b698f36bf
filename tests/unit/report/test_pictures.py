from __future__ import annotations

import base64

import pytest

from autograder.report.pictures import data_address
from autograder.results import Picture
from tests.unit.report.sample_results import a_png


def picture(png: str) -> Picture:
    return Picture(title="A plot", alt="A plot", png=png)


def test_a_png_becomes_a_data_address() -> None:
    png = a_png(4, 2)
    assert data_address(picture(png)) == f"data:image/png;base64,{png}"


@pytest.mark.parametrize(
    "png",
    [
        "",
        "not base64!",
        '" onerror="alert(1)',
        base64.b64encode(b"<svg onload='alert(1)'/>, and long enough for a size").decode(),
        base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\x7f\xff\xff\xff" * 2).decode(),
    ],
)
def test_what_is_no_png_of_a_sensible_size_is_refused(png: str) -> None:
    assert data_address(picture(png)) == ""
