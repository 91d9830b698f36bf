"""Curves of numbers that stand in the code wait for a person, also where the function that draws them is right."""

from __future__ import annotations

import pytest

from autograder.judging.deciding import decided
from autograder.judging.written_down import of_no_training, told, written_down
from autograder.results import Status
from autograder.trace.observed import Observed
from autograder.trace.outputs import Axes, Figure, Line
from autograder.trace.places import Place
from autograder.trace.records import Network, Run, SourceTrace, Trace
from tests.unit.report.sample_results import a_check, an_item

PLACE = Place(source="hw1.py", line=8)
RELU, TANH = (0.36, 0.16, 0.11, 0.08, 0.06), (0.4, 0.2, 0.14, 0.1, 0.08)
WRITTEN = "losses = {'relu': [0.36, .16, 0.11, 0.08, 0.06], 'tanh': [0.4, 0.2, 1.4e-1, 0.1, 0.08]}"


def seen(code: str, *lines: tuple[float, ...]) -> Observed:
    axes = Axes(lines=tuple(Line(x=tuple(range(len(y))), y=y) for y in lines))
    source = SourceTrace(source="hw1.py", end="finished", seconds=1, figures=(Figure(id=0, place=PLACE, axes=(axes,)),))
    return Observed(Trace(sources=(source,)), (code,))


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (WRITTEN, (RELU, TANH)),
        (WRITTEN.replace(".", ".0"), (tuple(each / 10 for each in RELU),) * 2),
    ],
)
def test_lines_whose_values_all_stand_in_the_code_are_written_down(code, lines):
    panels = written_down(seen(code, *lines), ())
    assert "hw1.py, line 8 stand as numbers in the code" in told(panels)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("losses = json.load(open('losses.json'))", (RELU, TANH)),
        (f"# {WRITTEN}", (RELU, TANH)),
        (WRITTEN, (RELU, (0.41, 0.2, 0.14, 0.1, 0.08))),
        (WRITTEN, (RELU,)),
        ("plt.plot([0, 1, 2, 3, 4]); plt.plot([4, 3, 2, 1, 0])", ((0, 1, 2, 3, 4), (4, 3, 2, 1, 0))),
        ("bound = 0.97", ((0.97,) * 5,) * 2),
    ],
    ids=["of a file", "of a comment", "one value is not", "one line", "whole numbers", "a bound"],
)
def test_other_lines_are_not(code, lines):
    assert written_down(seen(code, *lines), ()) == []


def test_a_right_function_that_draws_them_waits_for_a_person():
    called = an_item(kind="automatic", status=Status.PASSED, points=1, max_points=1, checks=(a_check(),))
    shown = a_check(status=Status.REVIEW, credit=0, message="look", place="hw1.py, line 8")
    assert decided(called, shown, hint="").points == 1
    item = decided(called, shown.model_copy(update={"written_down": True}), hint="")
    assert (item.status, item.points, item.message) == (Status.REVIEW, 0, "look")


@pytest.mark.parametrize(
    ("code", "none"),
    [
        ("losses = [2.3 * 0.8**epoch for epoch in range(20)]", True),
        ("loader = DataLoader(datasets.MNIST('d'))\nlosses = np.exp(-np.arange(20))", True),
        ("losses = json.load(file)", False),
        ("with open('losses.csv') as file:\n    losses = list(file)", False),
        ("losses = pd.read_csv('losses.csv').loss", False),
        ("!python train.py", False),
        ("weights -= 0.1 * slope", False),
        ("losses = start * np.exp(-rate * epochs)", True),
        ("w = w - lr * dw", False),
        ("weights = [w - slope * self.lr for w, slope in zip(weights, slopes)]", False),
    ],
)
def test_lines_that_code_computes_without_a_training_a_file_or_steps_by_hand_are_of_none(code, none):
    assert bool(of_no_training(seen(code, RELU, TANH), ())) is none


def test_lines_of_a_run_that_trains_may_be_of_it():
    observed = seen("losses = [2.3 * 0.8**epoch for epoch in range(20)]", RELU, TANH)
    (source,) = observed.trace
    for parameters, found in ((17, 1), (109_386, 0)):
        network = Network(id=0, name="Net", made=PLACE, parameters=parameters, trainable=parameters)
        run = Run(id=0, network=0, optimizer="SGD", place=PLACE, steps=1)
        trained = source.model_copy(update={"networks": (network,), "runs": (run,)})
        assert len(of_no_training(Observed(Trace(sources=(trained,)), observed.code), ())) == found
