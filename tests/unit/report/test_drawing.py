from __future__ import annotations

import math
import re
import warnings
from xml.etree import ElementTree

import pytest

from autograder.report.drawing import draw, draw_among_right
from autograder.results import Curves, HeatMap, Measure

NOTHING = math.nan


def curves(*lines: tuple[float, ...], **fields: object) -> Curves:
    named = {f"line {place}": values for place, values in enumerate(lines)}
    return Curves(**({"title": "Loss", "x_label": "epoch", "y_label": "loss", "lines": named} | fields))


def heat_map(*rows: tuple[float, ...], **fields: object) -> HeatMap:
    return HeatMap(**({"title": "Map", "values": rows, "x_range": (0, 1), "y_range": (0, 1)} | fields))


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter("text")]


def identifiers(svg: str) -> set[str]:
    return {element.get("id", "") for element in ElementTree.fromstring(svg).iter()} - {""}


def test_a_drawing_is_an_image_with_its_title_for_screen_readers() -> None:
    root = ElementTree.fromstring(draw(curves((1.0, 0.5)), "figure-1"))
    assert (root.tag, root.get("role"), root.get("aria-label")) == ("svg", "img", "Loss")


def test_the_threshold_and_every_line_are_labelled() -> None:
    labels = texts(draw(curves((0.9, 0.95), (0.8, 0.9), threshold=0.97), "figure-1"))
    assert {"line 0", "line 1", "epoch", "loss", "threshold", "0.97"} <= set(labels)


def test_line_colours_and_ink_come_from_the_page() -> None:
    svg = draw(curves((1.0, 0.5), (1.0, 0.4)), "figure-1")
    assert "var(--series-1)" in svg
    assert "var(--series-2)" in svg
    assert "currentColor" in svg
    assert "#0101" not in svg
    assert "#0303" not in svg


def test_lines_differ_in_more_than_colour() -> None:
    svg = draw(curves((1.0, 0.5), (1.0, 0.4)), "figure-1")
    assert svg.count("stroke-dasharray") >= 1


@pytest.mark.parametrize("exhibit", [curves((1.0, 0.5), threshold=0.7), heat_map((0.0, 1.0), points=((0.5, 0.5, 1),))])
def test_equal_exhibits_give_equal_drawings_without_addresses_or_dates(exhibit: Curves | HeatMap) -> None:
    svg = draw(exhibit, "figure-1")
    assert svg == draw(exhibit, "figure-1")
    assert "http" not in svg
    assert "<metadata" not in svg


def test_two_drawings_of_a_page_share_no_identifier_and_refer_to_their_own() -> None:
    exhibit = curves(tuple(map(float, range(40))), threshold=3.0)
    first, second = draw(exhibit, "figure-1"), draw(exhibit, "figure-2")
    assert identifiers(first).isdisjoint(identifiers(second))
    for element in ElementTree.fromstring(first).iter():
        for value in (element.get("href", "#"), element.get("clip-path", "url(#)")[4:-1]):
            assert value == "#" or value[1:] in identifiers(first)


@pytest.mark.parametrize(
    "exhibit",
    [
        curves((1.0, NOTHING, 0.5)),
        curves((1.0, math.inf, -math.inf)),
        curves((1e308, -1e308, 1.0)),
        curves((0.5,), threshold=math.nan),
        curves((0.5,), (), (NOTHING,), threshold=math.inf),
        curves((1.0, 1.0), title="$x$", x_label="$\\frac{", y_label="中文 👩"),
        curves(*((0.1 * line, 1.0) for line in range(12))),
        heat_map((0.0, NOTHING), (math.inf, 1.0)),
        heat_map((0.0, 1.0, 2.0), (1.0,), ()),
        heat_map((0.5,)),
        heat_map((0.5, 0.5), (0.5, 0.5), x_range=(1, 1), y_range=(math.nan, 2)),
        heat_map((0.0, 1.0), points=((math.nan, 0.5, 1.0), (0.5, 0.5, math.inf))),
    ],
)
def test_odd_numbers_and_labels_are_drawn_without_a_warning(exhibit: Curves | HeatMap) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw(exhibit, "figure-1").startswith("<svg")


@pytest.mark.parametrize(
    "exhibit", [curves(), curves(()), curves((NOTHING, math.inf)), heat_map(), heat_map((NOTHING,))]
)
def test_without_a_finite_number_nothing_is_drawn(exhibit: Curves | HeatMap) -> None:
    assert draw(exhibit, "figure-1") == ""


def test_a_small_grid_shows_its_numbers() -> None:
    assert {"3", "14"} <= set(texts(draw(heat_map((3.0, 14.0), (0.0, 1.0)), "figure-1")))


def test_marked_points_show_their_values() -> None:
    wide = heat_map(*((0.5,) * 20 for _ in range(20)), points=((0.2, 0.2, 42.0),))
    assert "42" in texts(draw(wide, "figure-1"))


def test_a_long_training_stays_a_small_drawing() -> None:
    wave = tuple(math.sin(step / 50) for step in range(5000))
    assert len(draw(curves(wave), "figure-1")) < 60_000


def test_labels_are_escaped() -> None:
    svg = draw(curves((1.0,), lines={"<script>&": (1.0, 2.0)}), "figure-1")
    assert "<script" not in svg
    assert "<script>&" in texts(svg)


def test_a_value_among_those_of_right_submissions_is_an_image_named_after_it() -> None:
    svg = draw_among_right(Measure(name="accuracy", value=0.93, bound=0.97, right=(0.971, 0.978)), "figure-1")
    root = ElementTree.fromstring(svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", "accuracy")
    assert {"var(--series-1)", "var(--series-2)"} <= set(re.findall(r"var\(--series-\d\)", svg))


def test_a_value_that_is_not_finite_is_left_out_of_the_strip() -> None:
    svg = draw_among_right(Measure(name="accuracy", value=NOTHING, bound=0.97, right=(0.971, 0.978)), "figure-1")
    assert "var(--series-1)" in svg
    assert "var(--series-2)" not in svg


def test_without_right_submissions_there_is_no_strip() -> None:
    assert draw_among_right(Measure(name="accuracy", value=0.93, bound=0.97), "figure-1") == ""
