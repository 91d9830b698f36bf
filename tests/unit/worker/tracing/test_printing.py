"""What is printed is kept with the training that it is about."""

from __future__ import annotations

import sys

from autograder.worker.tracing.printing import MAX_PARTS, MAX_TEXT, Moment, Printed, printing_into


def test_lines_are_about_the_training_that_was_at_work_when_they_were_printed() -> None:
    asked: list[Moment] = [(None, 0)]
    printed = Printed(lambda: asked[-1])
    with printing_into(printed):
        sys.stdout.write("begin\n")
        for run in (0, 1):
            asked.append((run, run + 1))
            sys.stdout.write("epoch 1\n")
            sys.stdout.write("epoch 2\n")
    assert printed.taken() == [
        ((None, 0), "begin\n"),
        ((0, 1), "epoch 1\nepoch 2\n"),
        ((1, 2), "epoch 1\nepoch 2\n"),
    ]
    assert printed.taken() == []


def test_a_line_that_is_printed_piece_by_piece_is_about_what_its_end_is_about() -> None:
    asked = [(0, 1)]
    printed = Printed(lambda: asked[-1])
    printed.write("before\naccuracy: ")
    asked.append((1, 2))
    printed.write("0.97")
    printed.write("\n")
    assert printed.taken() == [((0, 1), "before\n"), ((1, 2), "accuracy: 0.97\n")]


def test_of_much_text_the_beginning_and_the_end_are_kept() -> None:
    printed = Printed()
    printed.write("first\n")
    for _ in range(10):
        printed.write("x" * MAX_TEXT)
    printed.write("last\n")
    text = "".join(text for _, text in printed.taken())
    assert text.startswith("first\n")
    assert text.endswith("last\n")
    assert len(text) <= 3 * MAX_TEXT


def test_trainings_in_turns_make_no_more_than_so_many_parts() -> None:
    asked = [(0, 2)]
    printed = Printed(lambda: asked[-1])
    for number in range(3 * MAX_PARTS):
        asked.append((number % 2, 2))
        printed.write(f"{number}\n")
    parts = printed.taken()
    assert len(parts) <= 2 * MAX_PARTS
    assert "".join(text for _, text in parts).count("\n") == 3 * MAX_PARTS


def test_what_comes_when_there_are_too_many_parts_is_of_its_own_moment() -> None:
    asked: list[Moment] = [(None, 0)]
    printed = Printed(lambda: asked[-1])
    for begun in range(MAX_PARTS + 9):
        asked.append((begun, begun + 1))
        printed.write("x\n")
    assert printed.taken()[-1][0] == (MAX_PARTS + 8, MAX_PARTS + 9)
