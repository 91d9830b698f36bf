from __future__ import annotations

import io
import tomllib

from rich.console import Console

from autograder.report import print_names
from autograder.report.names import suggested
from autograder.results import Binding
from tests.unit.report.sample_results import a_result


def printed(*bindings: Binding) -> str:
    file = io.StringIO()
    print_names(a_result(bindings=bindings), Console(file=file, width=100))
    return file.getvalue()


STANDARD = Binding(function="evaluate", bound_to="hw1.py line 1 `evaluate`", how="standard name", sure="certain")
ALIAS = Binding(
    function="train_epoch", bound_to="hw1.py line 9 `fit`", how="alias", sure="likely", others=("hw1.py line 3 `fit`",)
)
NEAR = Binding(
    function="build_mlp",
    how="not found",
    target="models.py:Net",
    others=("models.py line 1 `Net`", "old.py line 2 `Net2`"),
)
NOWHERE = Binding(function="build_cnn", how="not found")


def test_standard_names_are_not_talked_about():
    assert printed(STANDARD) == ""


def test_how_sure_another_name_is_and_what_else_was_there_is_told():
    assert "likely: hw1.py line 9 `fit`, by alias; also there: hw1.py line 3 `fit`" in printed(ALIAS)


def test_the_line_that_would_bind_what_comes_nearest_can_be_copied():
    (line,) = suggested((STANDARD, ALIAS, NEAR, NOWHERE))
    assert tomllib.loads(line) == {"build_mlp": "models.py:Net"}
    assert line in printed(NEAR)
    assert "old.py line 2" in line


def test_what_nothing_comes_near_is_listed():
    assert "nothing comes near: build_cnn." in printed(NOWHERE)


def test_a_function_that_is_still_to_be_written_is_not_looked_for():
    unwritten = Binding(function="build_cnn", how="`build_cnn` is still to be written (hw1.py line 3).", unwritten=True)
    assert printed(unwritten) == ""
