"""What a student reads when their code did not answer."""

from __future__ import annotations

from autograder.sandbox import StudentError
from autograder.sandbox.faults import cause_of_death


def test_code_that_is_not_written_yet_is_no_error_of_the_student():
    error = StudentError("NotImplementedError", "", "File ...", "hw1.py:12")
    assert str(error) == "A part of your code is still to be written: NotImplementedError (hw1.py:12)."


def test_an_error_names_its_line():
    assert str(StudentError("KeyError", "'x'", "File ...", "hw1.py:3")) == "Your code raised KeyError: 'x' (hw1.py:3)."


def test_too_many_processes_are_told_as_what_they_are():
    assert "more than 256 processes and threads" in cause_of_death({"signal": "SIGKILL", "over": "processes"})


def test_too_much_memory_of_all_processes_is_told_as_what_it_is():
    assert "more than 8 GB of memory" in cause_of_death({"signal": "SIGKILL", "over": "memory"})
