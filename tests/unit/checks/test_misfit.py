"""What calling shows to be no standard function is not found; what is one, and wrong, stays wrong."""

from __future__ import annotations

import pytest

from autograder.checks.misfit import misfit
from autograder.results import Binding
from autograder.sandbox import StudentError, StudentUnsuitable

CERTAIN = Binding(function="build_mlp", bound_to="hw1.py line 3 `build_mlp`", how="standard name", sure="certain")
LIKELY = Binding(function="build_mlp", bound_to="hw1.py line 3 `MLP`", how="alias", sure="likely")


@pytest.mark.parametrize(
    "message",
    [
        "compare() got multiple values for argument 'epochs'",
        "evaluate() missing 1 required positional argument: 'metrics'",
        "Net.__init__() takes 2 positional arguments but 3 were given",
        "train() got an unexpected keyword argument 'epochs'",
    ],
)
@pytest.mark.parametrize("binding", [CERTAIN, LIKELY])
def test_a_function_that_takes_other_arguments_is_not_the_one_that_is_called(message, binding):
    told = misfit(StudentError("TypeError", message, "", ""), ["build_mlp"], [binding])
    assert told.startswith(f"No check can call {binding.bound_to}: it does not take the arguments")
    assert message in told


def test_an_error_within_their_own_code_is_theirs():
    error = StudentError("TypeError", "f() missing 1 required positional argument: 'x'", "", "hw1.py:12")
    assert misfit(error, ["build_mlp"], [LIKELY]) == ""


def test_another_type_error_is_theirs():
    assert misfit(StudentError("TypeError", "'int' object is not iterable", "", ""), ["build_mlp"], [LIKELY]) == ""


def test_a_function_of_another_name_that_gives_something_else_is_not_the_one():
    told = misfit(StudentUnsuitable("`build_mlp` returned a dict."), ["build_mlp"], [LIKELY])
    assert (
        told == "The grader took hw1.py line 3 `MLP` for `build_mlp`, which it may not be: `build_mlp` returned a dict."
    )


def test_what_the_error_names_is_looked_at_where_the_check_is_about_another_function():
    error = StudentUnsuitable("`build_mlp` returned a BasicCNN; a model was expected.")
    assert misfit(error, ["first_layer_filters"], [LIKELY]).startswith(
        "The grader took hw1.py line 3 `MLP` for `build_mlp`"
    )
    assert misfit(error, ["first_layer_filters"], [CERTAIN]) == ""


def test_a_function_of_the_standard_name_that_gives_something_else_is_wrong():
    assert misfit(StudentUnsuitable("`build_mlp` returned a dict."), ["build_mlp"], [CERTAIN]) == ""


def test_a_function_of_another_name_that_can_not_use_our_loader_is_not_the_one():
    error = StudentError("AttributeError", "'MemoryLoader' object has no attribute 'optimizer'", "", "engine.py:55")
    assert "gave it a data loader where it may expect something else" in misfit(error, ["build_mlp"], [LIKELY])
    assert misfit(error, ["build_mlp"], [CERTAIN]) == ""


def test_a_check_that_passed_has_no_misfit():
    assert misfit(None, ["build_mlp"], [LIKELY]) == ""
