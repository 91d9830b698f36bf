"""What a student reads when their code did not answer."""

from __future__ import annotations

from autograder.sandbox import StudentDied, StudentError
from autograder.sandbox.faults import WorkerFailed, cause_of_death, is_doubtful, may_be_the_machines, once_more


def test_code_that_is_not_written_yet_is_no_error_of_the_student():
    error = StudentError("NotImplementedError", "", "File ...", "hw1.py:12")
    assert str(error) == "A part of your code is still to be written: NotImplementedError (hw1.py:12)."


def test_an_error_names_its_line():
    assert str(StudentError("KeyError", "'x'", "File ...", "hw1.py:3")) == "Your code raised KeyError: 'x' (hw1.py:3)."


def test_too_many_processes_are_told_as_what_they_are():
    assert "more than 256 processes and threads" in cause_of_death({"signal": "SIGKILL", "over": "processes"})


def test_too_much_memory_of_all_processes_is_told_as_what_it_is():
    assert "more than 8 GB of memory" in cause_of_death({"signal": "SIGKILL", "over": "memory"})


def test_a_worker_that_dies_twice_while_student_code_is_at_work_is_the_students():
    assert may_be_the_machines(WorkerFailed([]))
    assert isinstance(once_more(WorkerFailed([])), StudentDied)
    assert "twice" in str(once_more(WorkerFailed([])))


def test_one_that_dies_before_student_code_has_begun_is_not():
    assert not may_be_the_machines(WorkerFailed([], begun=False))
    assert isinstance(once_more(WorkerFailed([], begun=False)), WorkerFailed)


def test_a_kill_that_nobody_has_counted_a_reason_for_may_be_the_systems():
    assert is_doubtful({"signal": "SIGKILL", "over": ""})
    assert not is_doubtful({"signal": "SIGKILL", "over": "memory"})
    assert not is_doubtful({"signal": "", "by_itself": True, "exit_code": 3})


def test_what_comes_of_the_second_try_stays_as_it_is():
    error = StudentError("KeyError", "'x'", "File ...", "hw1.py:3")
    assert once_more(error) is error
    assert once_more(None) is None
