"""What checks measured, and printed accuracies held against it."""

from __future__ import annotations

from autograder.handed_in.measured import measured, unlike_the_code
from autograder.handed_in.numbers import Number
from autograder.results import CheckResult, Curves, Fact, Measure
from tests.unit.report.sample_results import a_check

REACHED = Curves(
    title="Test accuracy", x_label="epoch", y_label="accuracy", lines={"your network": (0.93, 0.95, 0.962)}
)


def facts(*pairs: tuple[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(label=label, found=found) for label, found in pairs)


def test_facts_of_several_models_become_a_ranking():
    check = a_check(
        facts=facts(
            ("relu: test accuracy", "0.9778"),
            ("tanh: test accuracy", "0.976"),
            ("relu: loss by epoch", "2, 1.5"),
            ("tanh: loss by epoch", "2, 1.2"),
            ("relu: largest difference of an update", "0"),
            ("layers", "784-128"),
        )
    )
    assert [(each.label, each.found) for each in measured([check])] == [
        ("test accuracy", "relu 0.9778, tanh 0.976; relu is ahead by 0.0018"),
        ("loss, last epoch", "tanh 1.2, relu 1.5; tanh is ahead by 0.3"),
    ]


def test_a_measure_is_shown_with_what_right_submissions_had():
    check = a_check(measures=(Measure(name="test accuracy", value=0.971, bound=0.97, right=(0.9701, 0.9744)),))
    assert [each.found for each in measured([check])] == ["0.971 (0.9701 to 0.9744 in right submissions)"]


def calibrated(*right: float) -> CheckResult:
    return a_check(exhibits=(REACHED,), measures=(Measure(name="test accuracy", value=0.962, bound=0.97, right=right),))


def printed(*values: float, name: str = "") -> list[Number]:
    return [Number(name, "accuracy", value, "cell 7", epoch) for epoch, value in enumerate(values, start=1)]


def test_printed_accuracies_that_the_code_does_not_reach_are_asked_about():
    (found,) = unlike_the_code(printed(0.97, 0.98, 0.99, 0.995), calibrated(0.970, 0.974))
    assert found.said == "Test accuracy 0.99 after epoch 3 (cell 7)"
    assert "reached 0.962 after epoch 3" in found.found


def test_a_difference_that_can_be_luck_is_not():
    assert list(unlike_the_code(printed(0.90, 0.95, 0.970), calibrated(0.970, 0.974))) == []


def test_nothing_is_asked_where_nothing_comparable_was_measured():
    claims = printed(0.97, 0.98, 0.99)
    assert list(unlike_the_code(claims, calibrated())) == []
    assert list(unlike_the_code([], calibrated(0.970, 0.974))) == []
    assert list(unlike_the_code(claims, a_check(measures=(Measure(name="a", value=1, bound=1, right=(1.0,)),)))) == []


def test_of_several_printed_runs_one_that_fits_is_enough():
    runs = [*printed(0.97, 0.98, 0.99), *printed(0.93, 0.95, 0.961)]
    assert list(unlike_the_code(runs, calibrated(0.970, 0.974))) == []
