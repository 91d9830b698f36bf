"""The reference's answers in a file: for a starter kit, which can be checked without holding a solution.

An answer is found by its question: the probe, the arguments to the byte, the seed. So only questions that were asked when
the kit was made can be answered; public checks ask the same ones of everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.answering.players import Probe, ReferencePlayer, question
from autograder.rubric.problems import Place, Problem, RubricError
from autograder.worker import protocol


class NotRecorded(Exception):
    """The reference was asked something other than when the answers were recorded. The message is for the student."""


@dataclass
class RecordingPlayer(ReferencePlayer):
    """The reference, whose answers are kept in `answers`."""

    answers: dict[str, Any] = field(default_factory=dict)

    def ask(self, probe: Probe, **arguments: Any) -> Any:
        answer = super().ask(probe, **arguments)
        self.answers[question(probe, arguments, self.seed)] = answer
        return answer


@dataclass
class RecordedPlayer(ReferencePlayer):
    """Gives the answers that were recorded. What was not asked then ends the check with a reason."""

    answers: Mapping[str, Any] = field(default_factory=dict)

    def ask(self, probe: Probe, **arguments: Any) -> Any:
        asked = question(probe, arguments, self.seed)
        if asked not in self.answers:
            raise NotRecorded(
                f"The starter kit holds no answer of the reference to this question (seed {self.seed}). "
                "Leave the seed as it is."
            )
        return self.answers[asked]

    def watch(self, probe: Probe, **arguments: Any) -> closing[Any]:
        raise NotRecorded("The starter kit holds no answers of the reference to questions that take long.")


def save_answers(path: Path, answers: Mapping[str, Any]) -> None:
    path.write_bytes(protocol.encode({"answers": dict(answers)}))


def load_answers(path: Path) -> dict[str, Any]:
    """Raises RubricError for a file that is damaged or can't be opened: the kit is then not as it was released."""
    try:
        return dict(protocol.decoded(path.read_bytes())["answers"])
    except (OSError, protocol.ProtocolError, KeyError, TypeError) as error:
        message = f"the reference's recorded answers can't be read ({error}); unpack the starter kit again"
        raise RubricError([Problem(Place(str(path)), message)]) from error
