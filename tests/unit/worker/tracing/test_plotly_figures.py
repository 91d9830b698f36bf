"""plotly's figures are drawn again with matplotlib: the same lines, names, matrices, texts and tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from matplotlib.figure import Figure
from plotly import io as plotly_io
from plotly.basedatatypes import BaseFigure
from plotly.subplots import make_subplots

from autograder.worker.tracing.plotly_figures import SEEN, PlotlyFigures, draw


def drawn(figure: go.Figure) -> Figure:
    into = Figure()
    draw(figure, into)
    return into


def lines(axes):
    return {line.get_label(): list(map(float, line.get_ydata())) for line in axes.get_lines()}


def test_curves_keep_their_numbers_names_labels_and_scale():
    figure = go.Figure(
        [go.Scatter(x=[1, 2], y=np.array([2.0, 1.0]), name="<b>ReLU</b>"), go.Scatter(y=[4, 3], name="Tanh")]
    )
    figure.update_layout(title="Training loss", xaxis_title="Epoch", yaxis_title="Loss", yaxis_type="log")
    (axes,) = drawn(figure).axes
    assert lines(axes) == {"ReLU": [2.0, 1.0], "Tanh": [4.0, 3.0]}
    assert list(axes.get_lines()[0].get_xdata()) == [1, 2]
    assert list(axes.get_lines()[1].get_xdata()) == [0, 1]
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("Training loss", "Epoch", "Loss")
    assert axes.get_yscale() == "log"


def test_a_table_in_long_form_gives_a_line_for_each_colour():
    frame = pd.DataFrame(
        {"epoch": [1, 2, 1, 2], "accuracy": [0.5, 0.6, 0.8, 0.9], "optimizer": ["SGD", "SGD", "Adam", "Adam"]}
    )
    (axes,) = drawn(px.line(frame, x="epoch", y="accuracy", color="optimizer")).axes
    assert lines(axes) == {"SGD": [0.5, 0.6], "Adam": [0.8, 0.9]}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["SGD", "Adam"]


def test_subplots_have_their_own_axes_and_titles():
    figure = make_subplots(rows=2, cols=2, subplot_titles=("Loss", "Accuracy", "Time", "Gap"))
    for place in range(4):
        figure.add_trace(go.Scatter(y=[place, place]), place // 2 + 1, place % 2 + 1)
    assert {axes.get_title(): axes.get_lines()[0].get_ydata()[0] for axes in drawn(figure).axes} == {
        "Loss": 0,
        "Accuracy": 1,
        "Time": 2,
        "Gap": 3,
    }


def test_a_line_on_a_second_axis_is_drawn_over_the_first():
    figure = make_subplots(specs=[[{"secondary_y": True}]])
    figure.add_trace(go.Scatter(y=[1, 2], name="loss"))
    figure.add_trace(go.Scatter(y=[50, 60], name="accuracy"), secondary_y=True)
    first, second = drawn(figure).axes
    assert (list(lines(first)), list(lines(second))) == (["loss"], ["accuracy"])
    assert first.get_position().bounds == second.get_position().bounds


@pytest.mark.parametrize("upside_down", [True, False])
def test_a_confusion_matrix_keeps_its_rows_names_and_numbers(upside_down):
    matrix = np.arange(9).reshape(3, 3)
    figure = go.Figure(go.Heatmap(z=matrix, x=list("abc"), y=list("abc"), texttemplate="%{z}"))
    if upside_down:
        figure.update_yaxes(autorange="reversed")
    (axes,) = drawn(figure).axes
    (image,) = axes.get_images()
    assert image.get_array().tolist() == matrix.tolist()
    assert image.origin == ("upper" if upside_down else "lower")
    assert [label.get_text() for label in axes.get_yticklabels()] == list("abc")
    assert [(text.get_position(), text.get_text()) for text in axes.texts[:2]] == [((0, 0), "0"), ((1, 0), "1")]


def test_a_function_of_two_inputs_keeps_its_coordinates():
    inputs = np.linspace(-0.5, 1.5, 20)
    figure = go.Figure(go.Contour(x=inputs, y=inputs, z=np.add.outer(inputs, inputs)))
    figure.add_trace(go.Scatter(x=[0, 0, 1, 1], y=[0, 1, 0, 1], mode="markers", marker={"color": [0, 1, 1, 0]}))
    (axes,) = drawn(figure).axes
    assert axes.get_xlim() == axes.get_ylim() == (-0.5, 1.5)
    assert axes.collections[-1].get_offsets().tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_a_picture_in_colour_keeps_its_pixels():
    pixels = np.random.default_rng(0).integers(0, 255, (4, 5, 3), dtype=np.uint8)
    (axes,) = drawn(px.imshow(pixels)).axes
    assert np.array_equal(np.asarray(axes.get_images()[0].get_array())[..., :3], pixels)


def test_pictures_side_by_side_are_one_axes_each():
    assert [
        len(each.get_images()) for each in drawn(px.imshow(np.zeros((6, 3, 3)), facet_col=0, facet_col_wrap=3)).axes
    ] == [1] * 6


def test_bars_of_one_name_stand_at_one_place():
    figure = go.Figure(
        [go.Bar(x=["ReLU", "Tanh"], y=[1, 2], name="train"), go.Bar(x=["Tanh"], y=[3], name="test", text=["3"])]
    )
    (axes,) = drawn(figure).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["ReLU", "Tanh"]
    assert [(round(bar.get_x() + bar.get_width() / 2), bar.get_height()) for bar in axes.patches] == [
        (0, 1),
        (1, 2),
        (1, 3),
    ]


def test_a_table_keeps_heads_and_cells():
    figure = go.Figure(
        go.Table(header={"values": ["Optimizer", "Accuracy"]}, cells={"values": [["SGD", "Adam"], [0.93, 0.98]]})
    )
    ((table,),) = [axes.tables for axes in drawn(figure).axes]
    assert [cell.get_text().get_text() for _, cell in sorted(table.get_celld().items())] == [
        "Optimizer",
        "Accuracy",
        "SGD",
        "0.93",
        "Adam",
        "0.98",
    ]


@pytest.fixture
def watched(monkeypatch):
    """What is told of figures, while plotly is watched."""
    for name in SEEN:
        if hasattr(BaseFigure, name):
            monkeypatch.setattr(BaseFigure, name, getattr(BaseFigure, name))
    for name in ("show", "write_html", "write_image", "to_html", "to_image"):
        monkeypatch.setattr(plotly_io, name, getattr(plotly_io, name))
    told = []
    PlotlyFigures(told.append).watch()
    return told


@pytest.mark.parametrize("see", ["show", "write_html", "write_image", "_repr_mimebundle_", "_ipython_display_"])
def test_a_figure_is_told_whenever_a_person_sees_it_and_nothing_is_opened_or_written(
    watched, see, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    figure = px.line(x=[1, 2], y=[3, 4])
    getattr(figure, see)(*(["figure.html"] if see.startswith("write") else []))
    assert [list(each.axes[0].get_lines()[0].get_ydata()) for each in watched] == [[3, 4]]
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_is_seen_twice_is_one_figure_in_two_states(watched):
    figure = px.line(x=[1, 2], y=[3, 4])
    figure.show()
    figure.add_trace(go.Scatter(y=[7, 8]))
    figure.show()
    assert watched[0] is watched[1]
    assert len(watched[1].axes[0].get_lines()) == 2
