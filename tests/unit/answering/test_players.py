"""The student and the reference answer a check in the same ways: a check is run on wrong versions of the reference too."""

from __future__ import annotations

from dataclasses import fields

from autograder.answering.players import ReferencePlayer, Student
from autograder.reference import Reference
from autograder.worker.probing import frameworks


def public(player: type) -> set[str]:
    return {name for name in dir(player) if not name.startswith("_")} - {field.name for field in fields(player)}


def test_a_check_can_ask_of_the_reference_all_that_it_can_ask_of_a_student():
    assert {"ask", "watch", "framework"} <= public(Student)
    assert public(Student) <= public(ReferencePlayer)


def test_the_reference_is_written_in_pytorch(tmp_path):
    player = ReferencePlayer(Reference(tmp_path), {}, 0)
    assert player.framework is frameworks.named(frameworks.PYTORCH)
