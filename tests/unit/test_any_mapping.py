"""Whatever is in a mapping file: a student's is used or told in a sentence, an instructor's loaded or a MappingError."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as some
import pytest
from hypothesis import given

from autograder.mapping import MappingError, load_maps, targets_for
from autograder.submission import Submission

FUNCTIONS = ["build_mlp", "evaluate"]
PIECES = some.sampled_from(
    ["[functions]", "[a.b]", "[[a]]", "build_mlp", "evaluate", "=", '"', "'''", "\n", ".", "{", "}", "1979-05-27", "nan",
     '"m.py:Net"', '["*"]', "#", "\\u", "0x", "\x00", "é"]
)  # fmt: skip
TEXTS = some.lists(PIECES | some.text(max_size=5), max_size=14).map("".join)


def students(data: bytes) -> tuple[dict[str, tuple[str, str]], list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "autograder.toml").write_bytes(data)
        submission = Submission("ada", "", Path(folder), (), ("autograder.toml",), (), None, ())
        return targets_for(submission, {}, FUNCTIONS)


@given(some.binary(max_size=100) | TEXTS.map(lambda text: text.encode("utf-8", "replace")))
def test_any_file_of_a_student_binds_known_names_or_is_told(data: bytes) -> None:
    targets, notes = students(data)
    assert set(targets) <= set(FUNCTIONS)
    assert all(note.endswith((".", "?")) for note in notes)


@given(some.binary(max_size=100) | TEXTS.map(lambda text: text.encode("utf-8", "replace")))
def test_any_file_of_an_instructor_is_loaded_or_a_mapping_error(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "map.toml")
        path.write_bytes(data)
        try:
            load_maps(path, FUNCTIONS)
            return
        except MappingError as problem:
            told = str(problem)
        assert str(path) in told


@pytest.mark.apart
def test_a_key_of_thousands_of_parts_costs_the_file_and_a_few_seconds() -> None:
    targets, notes = students(b"x." * 49_000 + b"x = 1\n")
    assert targets == {}
    assert "more than" in notes[0]
    assert notes[0].startswith("autograder.toml is not used")


def test_thousands_of_wrong_lines_are_told_in_a_few_sentences() -> None:
    lines = "".join(f"x{number} = 1\n" for number in range(5_000))
    _, notes = students(f"[functions]\n{lines}{'y' * 20_000} = 1\n".encode())
    assert len(notes) == 11
    assert "4,991 more lines" in notes[-1]
    assert max(map(len, notes)) < 400
