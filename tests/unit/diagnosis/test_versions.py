"""What a version of the reference answers is kept, and it is not asked the same twice."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.answering import Call, ReferencePlayer
from autograder.diagnosis import Versions, load_bugs
from autograder.reference import Reference

SOLUTION = "def scale(x):\n    return x * 2.0\n"
BUGS = """
- {bug: scale.halves, cause: A., mend: B., patch: [{replace: "* 2.0", by: "/ 2.0"}]}
- {bug: scale.raises, cause: A., mend: B., patch: [{replace: "* 2.0", by: "* undefined"}]}
"""

asked: list[object] = []


def ask(code, *, x):
    asked.append(x)
    return {"scaled": code.scale(np.asarray(x)), "whole": (1, None)}


def ask_slowly(code, *, x, pause):
    time.sleep(pause)
    return code.scale(x)


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "__init__.py").touch()
    (tmp_path / "solutions" / "a.py").write_text(SOLUTION)
    (tmp_path / "bugs.yaml").write_text(BUGS)
    library = load_bugs(tmp_path, Reference(tmp_path / "solutions"))
    return Versions(library, lambda code: ReferencePlayer(code, {}, 0), ("standard", "0"))


def outcome(versions: Versions, call: Call, bug: str = ""):
    with versions.version(tuple(entry for entry in versions.library.bugs if entry.bug == bug)) as version:
        return version.outcome(call)


def test_the_second_submission_with_the_same_question_is_told_what_the_first_was(versions):
    call = Call(ask, {"x": [1.0, 3.0]}, 0)
    first = outcome(versions, call, "scale.halves")
    before = len(asked)
    again = outcome(versions, Call(ask, {"x": [1.0, 3.0]}, 0, answer="of another student"), "scale.halves")
    assert len(asked) == before
    assert first.answer["scaled"].tolist() == again.answer["scaled"].tolist() == [0.5, 1.5]
    assert again.answer["whole"] == (1, None)
    assert again.asked == first.asked == {"scale"}


@pytest.mark.parametrize(
    ("call", "bug"),
    [
        (Call(ask, {"x": [1.0, 4.0]}, 0), "scale.halves"),
        (Call(ask, {"x": [1.0, 3.0]}, 1), "scale.halves"),
        (Call(ask, {"x": [1.0, 3.0]}, 0), ""),
    ],
)
def test_other_arguments_another_seed_and_another_version_are_asked_anew(versions, call, bug):
    outcome(versions, Call(ask, {"x": [1.0, 3.0]}, 0), "scale.halves")
    before = len(asked)
    outcome(versions, call, bug)
    assert len(asked) == before + 1


def test_runs_that_may_answer_otherwise_are_kept_apart(versions):
    call = Call(ask, {"x": [1.0]}, 0)
    outcome(versions, call)
    before = len(asked)
    outcome(Versions(versions.library, versions.player, ("quick", "0")), call)
    assert len(asked) == before + 1


def test_an_error_is_known_by_its_kind_and_message(versions):
    call = Call(ask, {"x": [1.0]}, 0)
    for _ in range(2):
        found = outcome(versions, call, "scale.raises")
        assert not found.answered
        assert found.fault == ("StudentError", "NameError", "name 'undefined' is not defined")


def test_what_a_check_sees_of_a_bug_is_looked_at_once(versions):
    (bug, *_) = versions.library.bugs
    seen = [versions.sign("test_scale", bug, lambda version: f"seen {len(version.patches)}") for _ in range(2)]
    assert seen == ["seen 1", "seen 1"]
    assert versions.sign("test_scale", bug, lambda version: "not asked") == "seen 1"


def test_what_a_search_has_loaded_is_forgotten_after_it(versions):
    before = {name for name in sys.modules if name.startswith("_reference_")}
    outcome(versions, Call(ask, {"x": [7.0]}, 0), "scale.halves")
    assert {name for name in sys.modules if name.startswith("_reference_")} == before


def test_nobody_waits_for_a_probe_that_pauses(versions):
    a_day = 86_400.0
    assert outcome(versions, Call(ask_slowly, {"x": 3.0, "pause": a_day}, 0), "scale.halves").answer == 1.5


def test_other_threads_sleep_meanwhile_as_ever(versions):
    slept = []

    def sleep_elsewhere(code, *, x):
        def sleep():
            started = time.monotonic()
            time.sleep(0.2)
            slept.append(time.monotonic() - started)

        thread = threading.Thread(target=sleep)
        thread.start()
        thread.join()
        return code.scale(x)

    outcome(versions, Call(sleep_elsewhere, {"x": 3.0}, 0), "scale.halves")
    assert slept[0] >= 0.2
