"""What a student reads when their code did not answer."""

from __future__ import annotations

from autograder.sandbox import StudentError


def test_code_that_is_not_written_yet_is_no_error_of_the_student():
    error = StudentError("NotImplementedError", "", "File ...", "hw1.py:12")
    assert str(error) == "A part of your code is still to be written: NotImplementedError (hw1.py:12)."


def test_an_error_names_its_line():
    assert str(StudentError("KeyError", "'x'", "File ...", "hw1.py:3")) == "Your code raised KeyError: 'x' (hw1.py:3)."
