"""Recorded answers of the reference: the same questions get the same answers, others a reason."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from autograder.answering.recorded import NotRecorded, RecordedPlayer, RecordingPlayer, load_answers, save_answers
from autograder.rubric import RubricError


def halves(code, *, x, times=1):
    return {"halves": code.halve(x), "times": times, "odd": (None, float("nan"), True)}


@pytest.fixture
def recorded(tmp_path):
    """Answers about an array and a number, recorded, written and read."""
    player = RecordingPlayer(SimpleNamespace(halve=lambda x: x / 2), {}, 0)
    player.ask(halves, x=np.arange(6.0).reshape(2, 3))
    player.ask(halves, x=3.0, times=2)
    save_answers(tmp_path / "answers", player.answers)
    return RecordedPlayer(None, {}, 0, load_answers(tmp_path / "answers"))


def test_a_question_that_was_recorded_gets_its_answer(recorded):
    answer = recorded.ask(halves, x=np.arange(6.0).reshape(2, 3))
    assert answer["halves"].tolist() == [[0, 0.5, 1], [1.5, 2, 2.5]]
    assert answer["odd"][0] is None
    assert np.isnan(answer["odd"][1])
    assert recorded.ask(halves, x=3.0, times=2)["halves"] == 1.5


@pytest.mark.parametrize(
    "arguments",
    [{"x": np.arange(6.0)}, {"x": np.arange(6, dtype=np.float32).reshape(2, 3)}, {"x": 3.0}, {"x": 3.0, "times": 3}],
    ids=["another shape", "another type", "an argument less", "another value"],
)
def test_another_question_has_no_answer(recorded, arguments):
    with pytest.raises(NotRecorded, match="no answer of the reference"):
        recorded.ask(halves, **arguments)


def test_another_seed_is_another_question(recorded):
    recorded.seed = 1
    with pytest.raises(NotRecorded, match=r"seed 1.*Leave the seed as it is"):
        recorded.ask(halves, x=3.0, times=2)


@pytest.mark.parametrize("damage", [b"", b"nonsense of some length", None])
def test_a_damaged_or_missing_file_is_told_with_what_to_do(tmp_path, damage):
    if damage is not None:
        (tmp_path / "answers").write_bytes(damage)
    with pytest.raises(RubricError, match=r"answers: .*unpack the starter kit again"):
        load_answers(tmp_path / "answers")
