"""The bug whose answers equal the student's is named; a guess never is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.players import Call, ReferencePlayer
from autograder.diagnosis import BugLibrary, load_bugs, name_bugs
from autograder.diagnosis.matching import same
from autograder.reference import Reference
from autograder.sandbox import StudentTimeout

SOLUTION = (
    "def scale(x):\n    shifted = x - 1.0\n    return shifted * 2.0\n\n\ndef twice(x):\n    return scale(scale(x))\n"
)
BUGS = """
- {bug: scale.no-shift, cause: A., mend: B., patch: [{replace: x - 1.0, by: x}]}
- {bug: scale.halves, cause: A., mend: B., patch: [{replace: "* 2.0", by: "/ 2.0"}]}
- {bug: scale.raises, cause: A., mend: B., patch: [{replace: "* 2.0", by: "* undefined"}]}
- {right: scale.as-a-pair, patch: [{replace: return shifted * 2.0, by: "return (shifted * 2.0, 0)"}]}
"""


def ask(code, *, x):
    return code.scale(np.asarray(x))


def player(code: Reference) -> ReferencePlayer:
    return ReferencePlayer(code, {}, 0)


@pytest.fixture
def library(tmp_path: Path) -> BugLibrary:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "__init__.py").touch()
    (tmp_path / "solutions" / "a.py").write_text(SOLUTION)
    (tmp_path / "bugs.yaml").write_text(BUGS)
    return load_bugs(tmp_path, Reference(tmp_path / "solutions"))


def named(
    library: BugLibrary, function: Callable[[np.ndarray], object], *, known: tuple[str, ...] = (), about: str = "scale"
) -> list[str]:
    calls = [Call(ask, {"x": [float(x), 3.0]}, 0, answer=function(np.array([float(x), 3.0]))) for x in (1, 5)]
    return [entry.bug for entry in name_bugs(library, [about], calls, player, known)]


def test_a_known_bug_is_named(library):
    assert named(library, lambda x: x * 2) == ["scale.no-shift"]


def test_two_bugs_in_one_function_are_named_together(library):
    assert named(library, lambda x: x / 2) == ["scale.no-shift", "scale.halves"]


def test_a_bug_is_found_in_another_right_version_too(library):
    assert named(library, lambda x: (x * 2, 0)) == ["scale.no-shift"]


def test_right_answers_get_no_name(library):
    assert named(library, lambda x: (x - 1) * 2) == []


def test_an_unknown_bug_gets_no_name(library):
    assert named(library, lambda x: x * 3) == []


def test_a_bug_that_fits_one_answer_and_not_the_other_is_not_named(library):
    assert named(library, lambda x: x * 2 if x[0] < 3 else x * 7) == []


def test_a_bug_of_another_function_is_named_only_when_it_is_known_of_the_submission(library):
    assert named(library, lambda x: x * 2, about="twice") == []
    assert named(library, lambda x: x * 2, about="twice", known=("scale.no-shift",)) == ["scale.no-shift"]


def test_a_timeout_gives_no_name(library):
    calls = [Call(ask, {"x": [1.0]}, 0, fault=StudentTimeout(20))]
    assert name_bugs(library, ["scale"], calls, player) == ()


def named_by_sign(library: BugLibrary, sign: str, signs: dict[str, str], known: tuple[str, ...] = ()) -> list[str]:
    calls = [Call(ask, {"x": [1.0]}, 0, answer="drawn in another way than the reference draws")]
    told = name_bugs(library, ["scale"], calls, player, known, sign, lambda bug: signs.get(bug.bug, ""))
    return [entry.bug for entry in told]


def test_the_only_bug_in_which_the_check_sees_the_same_is_named(library):
    assert named_by_sign(library, "no legend", {"scale.halves": "no legend", "scale.no-shift": "no title"}) == [
        "scale.halves"
    ]


def test_two_bugs_with_the_same_sign_give_no_name(library):
    assert named_by_sign(library, "no legend", {"scale.halves": "no legend", "scale.no-shift": "no legend"}) == []


def test_of_bugs_with_the_same_sign_one_that_the_submission_is_known_to_have_is_named(library):
    signs = {"scale.halves": "no legend", "scale.no-shift": "no legend"}
    assert named_by_sign(library, "no legend", signs, known=("scale.halves",)) == ["scale.halves"]


def test_without_a_sign_nothing_is_named_by_it(library):
    assert named_by_sign(library, "", {"scale.halves": ""}) == []


def test_equal_answers_come_before_signs(library):
    calls = [Call(ask, {"x": [1.0, 3.0]}, 0, answer=np.array([2.0, 6.0]))]
    (only,) = name_bugs(library, ["scale"], calls, player, (), "seen", lambda bug: "seen" * (bug.bug == "scale.halves"))
    assert only.bug == "scale.no-shift"


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": [1.0, None]}, {"a": [1.0 + 1e-9, None]}, True),
        ({"a": 1, "seconds": 3.0}, {"a": 1, "seconds": 9.0}, True),
        (np.ones(3), np.ones((3, 1)), False),
        (np.array([1e-6, -2e-6]), np.array([1e-6, 2e-6]), False),
        (np.array([1.0, 1e-7]), np.array([1.0, -1e-7]), True),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.0]), True),
        (np.zeros(2), np.zeros(2), True),
        (float("nan"), float("nan"), True),
        (True, False, False),
        ("text", "text", True),
        ((1, 2), (1, 2, 3), False),
    ],
)
def test_answers_are_equal_up_to_rounding(one, other, equal):
    assert same(one, other) is equal
