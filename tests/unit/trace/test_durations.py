"""Times as they are written in tables and lines."""

from __future__ import annotations

import pytest

from autograder.trace.durations import TIME, durations_in, units_said


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("SGD: 88.1% after 12.3s", [12.3]),
        ("12.3 s", [12.3]),
        ("350 ms", [0.35]),
        ("0.2 min", [12.0]),
        ("Training complete in 0m 12s", [12.0]),
        ("0:00:12.3", [12.3]),
        ("01:02", [62.0]),
        ("1,25 Sekunden", [1.25]),
        ("1/1 - 0s - 30ms/step", [0.0]),
        ("1.2M parameters, 3 conv, 88.1 %, conv2s", []),
    ],
)
def test_times_are_found_however_they_are_written(text, seconds):
    assert [each.seconds for each in durations_in(text)] == pytest.approx(seconds)


@pytest.mark.parametrize(
    "head", ["Training time (s)", "time", "train_s", "Dauer [s]", "Durée", "czas uczenia [s]", "seconds"]
)
def test_heads_call_a_column_times(head):
    assert TIME.search(head)


@pytest.mark.parametrize("head", ["accuracy", "# params", "kernels", "test acc (%)", "epochs"])
def test_other_heads_do_not(head):
    assert not TIME.search(head)


def test_a_head_says_the_unit_or_leaves_the_usual_ones():
    assert units_said("time [ms]") == (0.001,)
    assert units_said("time (min)") == (60.0,)
    assert set(units_said("time")) == {1.0, 60.0, 0.001}
    assert 0.001 not in units_said("params, time (s)")
