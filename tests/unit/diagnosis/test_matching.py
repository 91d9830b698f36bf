"""The bug whose answers equal the student's is named; a guess never is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.answering import Call, ReferencePlayer
from autograder.diagnosis import BugLibrary, Versions, load_bugs, name_bugs
from autograder.diagnosis.matching import same
from autograder.reference import Reference
from autograder.sandbox import StudentTimeout

SOLUTION = """
def scale(x):
    shifted = x - 1.0
    return shifted * 2.0


def twice(x):
    return scale(scale(x))


def thrice(x):
    return twice(scale(x))
"""
BUGS = """
- {bug: scale.no-shift, cause: A., mend: B., patch: [{replace: x - 1.0, by: x}]}
- {bug: scale.halves, cause: A., mend: B., patch: [{replace: "* 2.0", by: "/ 2.0"}]}
- {bug: scale.raises, cause: A., mend: B., patch: [{replace: "* 2.0", by: "* undefined"}]}
- {bug: twice.once, cause: A., mend: B., patch: [{replace: scale(scale(x)), by: scale(x)}]}
- {bug: thrice.twice, cause: A., mend: B., patch: [{replace: twice(scale(x)), by: twice(x)}]}
- {right: scale.as-a-pair, patch: [{replace: return shifted * 2.0, by: "return (shifted * 2.0, 0)"}]}
- {right: scale.with-one, patch: [{replace: return shifted * 2.0, by: "return (shifted * 2.0, 1)"}]}
- {right: scale.with-one-too, patch: [{replace: return shifted * 2.0, by: "one = 1; return (shifted * 2.0, one)"}]}
"""


def ask(code, *, x):
    return code.scale(np.asarray(x))


def ask_twice(code, *, x):
    return code.twice(np.asarray(x))


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
    return [entry.bug for entry in name_bugs(Versions(library, player), [about], calls, known)]


def named_of_twice(library: BugLibrary, function: Callable[[np.ndarray], object], known: tuple[str, ...]) -> list[str]:
    calls = [Call(ask_twice, {"x": [1.0, 3.0]}, 0, answer=function(np.array([1.0, 3.0])))]
    return [entry.bug for entry in name_bugs(Versions(library, player), ["twice"], calls, known)]


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


def test_of_several_known_bugs_only_those_that_show_are_named(library):
    known = ("scale.no-shift", "scale.halves", "twice.once")
    assert named(library, lambda x: x * 2, known=known) == ["scale.no-shift"]
    assert named(library, lambda x: x / 2, known=known) == ["scale.no-shift", "scale.halves"]


def test_a_new_bug_beside_known_ones_is_named_with_those_that_show(library):
    def halves_once(x):
        return (x - 1) / 2

    known = ("scale.halves", "thrice.twice")
    assert named_of_twice(library, halves_once, known) == ["scale.halves", "twice.once"]


def test_a_bug_that_fits_in_two_right_versions_is_named_once(library):
    assert named(library, lambda x: (x * 2, 1)) == ["scale.no-shift"]


def test_code_that_took_longer_than_the_search_may_is_not_searched(library):
    calls = [Call(ask, {"x": [1.0]}, 0, answer=np.array([2.0]), seconds=11)]
    assert name_bugs(Versions(library, player), ["scale"], calls) == ()


def test_a_question_that_took_too_long_is_left_out_and_the_others_still_give_the_name(library):
    calls = [
        Call(ask, {"x": [1.0]}, 0, answer=np.array([77.0]), seconds=11),
        Call(ask, {"x": [3.0]}, 0, answer=np.array([6.0]), seconds=0.1),
    ]
    (told,) = name_bugs(Versions(library, player), ["scale"], calls)
    assert told.bug == "scale.no-shift"


def test_a_timeout_gives_no_name(library):
    calls = [Call(ask, {"x": [1.0]}, 0, fault=StudentTimeout(20))]
    assert name_bugs(Versions(library, player), ["scale"], calls) == ()


def named_by_sign(library: BugLibrary, sign: str, signs: dict[str, str], known: tuple[str, ...] = ()) -> list[str]:
    calls = [Call(ask, {"x": [1.0]}, 0, answer="drawn in another way than the reference draws")]
    told = name_bugs(Versions(library, player), ["scale"], calls, known, sign, lambda bug: signs.get(bug.bug, ""))
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
    (only,) = name_bugs(
        Versions(library, player), ["scale"], calls, (), "seen", lambda bug: "seen" * (bug.bug == "scale.halves")
    )
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
