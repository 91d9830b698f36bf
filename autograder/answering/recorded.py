"""The reference's answers in a file: for a starter kit, which can check work without containing a solution.

Answers are looked up by question: the probe, the exact bytes of the arguments, the seed. So only questions that were asked when
the kit was made can be answered; public checks ask everybody the same ones.
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
    """Gives the recorded answers. A question that was not recorded ends the check with a reason."""

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
