"""Lines that show nothing recorded are pointed at; pictures, known curves and what verdicts are on are not."""

from __future__ import annotations

from autograder.judging.unexplained import in_words, unexplained_lines
from autograder.trace.observed import Observed
from autograder.trace.outputs import Axes, Figure, Line
from autograder.trace.places import Place
from autograder.trace.records import Run, SourceTrace, Trace

UNKNOWN = Line(label="sigmoid", x=(1, 2, 3), y=(0.31, 0.22, 0.17))
PLOTS = Place(source="plots.py", line=8)


def drawn(*axes: Axes, place: Place = PLOTS, number: int = 0) -> Figure:
    return Figure(id=number, place=place, axes=axes)


def observed(*figures: Figure) -> Observed:
    return Observed(Trace(sources=(SourceTrace(source="plots.py", end="finished", seconds=1, figures=figures),)))


def test_lines_of_nothing_that_was_recorded_are_told_with_their_place():
    both = Axes(title="2B gradients", lines=(UNKNOWN,)), Axes(title="2C", lines=(UNKNOWN,))
    found = unexplained_lines(observed(drawn(*both)), ())
    assert in_words(found).startswith("Lines are drawn in plots.py, line 8 (“2B gradients” and “2C”) that show nothing")


def test_a_figure_that_a_verdict_is_on_is_explained():
    assert unexplained_lines(observed(drawn(Axes(lines=(UNKNOWN,)))), [str(PLOTS)]) == []


def test_a_place_where_several_figures_are_drawn_explains_none_of_them():
    seen = observed(drawn(Axes(lines=(UNKNOWN,))), drawn(Axes(lines=(UNKNOWN,)), number=1))
    assert len(unexplained_lines(seen, [str(PLOTS)])) == 2


def test_lines_on_a_picture_and_lines_of_two_points_are_no_curves():
    corners = Line(x=(0, 1), y=(1, 0))
    assert (
        unexplained_lines(observed(drawn(Axes(lines=(UNKNOWN,), contours=3)), drawn(Axes(lines=(corners,)))), ()) == []
    )


def test_a_curve_of_a_recorded_training_is_explained_also_where_another_script_draws_it():
    losses = (2.31, 1.92, 1.57, 1.31, 1.12)
    run = Run(id=0, network=None, optimizer="SGD", place=Place(source="train.py", line=3), steps=5, losses=losses)
    trained = SourceTrace(source="train.py", end="finished", seconds=1, runs=(run,))
    curve = Line(label="loss", x=(1, 2, 3, 4, 5), y=losses)
    plots = SourceTrace(source="plots.py", end="finished", seconds=1, figures=(drawn(Axes(lines=(curve,))),))
    assert unexplained_lines(Observed(Trace(sources=(trained, plots))), ()) == []
    assert len(unexplained_lines(Observed(Trace(sources=(plots,))), ())) == 1


def test_a_line_of_nan_alone_is_not_seen_by_anybody():
    nan = float("nan")
    assert unexplained_lines(observed(drawn(Axes(lines=(Line(x=(1, 2, 3), y=(nan, nan, nan)),)))), ()) == []
