"""Which checks there are is read from the test files' text, before anything is graded."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_rubric import SMALL, line_of, write

from autograder.rubric import Rubric, RubricError, load_rubric, verify_declared_checks
from autograder.rubric.declared import declared_checks

PUBLIC = '''
from autograder.checks import item


@item("1A.network")
def test_layers(student):
    """It has layers."""


class TestNetworks:
    @item(id="1A.network", seconds=3)
    def test_logits(self, student):
        """It computes."""


def test_of_a_plain_function():
    pass
'''
HIDDEN = '''
import pytest
from autograder import checks

ITEM = "1A.evaluation"


@checks.item(ITEM)
def test_accuracy_is_counted(student):
    """It counts."""


@pytest.mark.parametrize("rate", [0.1, 0.5])
@checks.item("1A.evaluation")
def test_dropout_is_off(student, rate):
    """It is off."""


@checks.item("bonus.code")
def test_more(student):
    """There is more."""
'''


def assignment(folder: Path, rubric: str = SMALL, public: str = PUBLIC, hidden: str = HIDDEN) -> Rubric:
    for name, text in (("tests/public/test_networks.py", public), ("tests/hidden/more_test.py", hidden)):
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (folder / "tests/public/notes.py").write_text("@item('1A.network')\ndef test_in_no_test_file(): ...\n")
    return load_rubric(write(folder, rubric))


def test_checks_are_found_by_their_mark_however_it_is_written(tmp_path: Path) -> None:
    found = declared_checks(assignment(tmp_path))
    assert {(check.name, check.item, check.visibility) for check in found.values()} == {
        ("test_layers", "1A.network", "public"),
        ("test_logits", "1A.network", "public"),
        ("test_accuracy_is_counted", "", "hidden"),
        ("test_dropout_is_off", "1A.evaluation", "hidden"),
        ("test_more", "bonus.code", "hidden"),
    }
    assert found["test_layers"].where == "tests/public/test_networks.py:6"


def test_a_rubric_that_names_them_is_accepted(tmp_path: Path) -> None:
    rubric = assignment(tmp_path)
    verify_declared_checks(rubric)
    assert {name for item in rubric.items for name in item.checks} == declared_checks(rubric).keys()


def test_the_cases_of_a_parametrized_check_have_names_of_their_own(tmp_path: Path) -> None:
    cases = "'test_dropout_is_off[0.1]': 0.2\n          'test_dropout_is_off[0.5]': 0.1"
    rubric = assignment(tmp_path, SMALL.replace("test_dropout_is_off: 0.3", cases))
    verify_declared_checks(rubric)
    listed = {name for item in rubric.items for name in item.checks}
    assert {"test_dropout_is_off[0.1]", "test_dropout_is_off[0.5]"} < listed


def test_a_misspelt_name_is_told_with_its_line_and_the_nearest(tmp_path: Path) -> None:
    rubric = assignment(tmp_path, SMALL.replace("test_logits]", "test_logitz]"))
    with pytest.raises(RubricError) as caught:
        verify_declared_checks(rubric)
    line = line_of("checks: [test_layers")
    assert f":{line}: parts[0].items[0].checks[1]: 'test_logitz': no such check" in str(caught.value)
    assert "did you mean 'test_logits'?" in str(caught.value)


def test_a_check_that_no_item_lists_is_told(tmp_path: Path) -> None:
    hidden = HIDDEN + '\n\n@checks.item("bonus.code")\ndef test_stray(student):\n    """Stray."""\n'
    with pytest.raises(RubricError, match=r"check 'test_stray' at tests/hidden/more_test\.py:25 is for this item"):
        verify_declared_checks(assignment(tmp_path, hidden=hidden))


def test_a_file_of_checks_that_is_no_python_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match=r"more_test\.py:1: cannot be read as Python"):
        verify_declared_checks(assignment(tmp_path, hidden="def test(:\n"))


def test_a_starter_kit_has_no_hidden_checks_to_compare_with(tmp_path: Path) -> None:
    rubric = load_rubric(write(tmp_path, SMALL))
    verify_declared_checks(rubric)
    assert declared_checks(rubric) == {}
