"""Whatever is in a rubric file: it is a rubric, or a RubricError that names the file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as some
from hypothesis import given

from autograder.rubric import RubricError, load_rubric

LINES = (Path(__file__).parents[3] / "rubric" / "hw1.yaml").read_text(encoding="utf-8").splitlines(keepends=True)[:60]
ODD = some.sampled_from(
    ["- ", ": ", "&a ", "*a", "!!python/object:os.system ", "{", "[", "'", "|\n", "? ", "<<: *a\n", "1e999", "2024-01-01",
     "\t", "%YAML 9.9\n", "---\n", "0o8", "~", "!!binary x\n", "!!set {a}\n", "\x85", "=", "!!timestamp x\n"]
)  # fmt: skip


def loaded_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hw.yaml")
        path.write_bytes(data)
        try:
            load_rubric(path)
            return
        except RubricError as problem:
            told = str(problem)
        assert str(path) in told


@given(some.binary(max_size=100) | some.lists(ODD | some.text(max_size=4), max_size=12).map("".join).map(str.encode))
def test_any_bytes_are_a_rubric_or_a_rubric_error(data: bytes) -> None:
    loaded_or_refused(data)


@given(some.integers(min_value=0, max_value=len(LINES) - 1), ODD | some.text(max_size=6), some.integers(0, 40))
def test_any_change_of_a_rubric_is_a_rubric_or_a_rubric_error(number: int, text: str, column: int) -> None:
    line = LINES[number]
    changed = line[:column] + text.encode("utf-8", "replace").decode() + line[column:]
    loaded_or_refused("".join([*LINES[:number], changed, *LINES[number + 1 :]]).encode())


def test_a_file_that_is_nested_too_deeply_is_a_rubric_error() -> None:
    loaded_or_refused(b"[" * 5_000)
