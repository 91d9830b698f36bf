"""What all checks of one submission share: the assignment, the submission, the reference, and the known bugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograder import data
from autograder.answering import ReferencePlayer
from autograder.answering.recorded import RecordedPlayer, load_answers
from autograder.checks.calibration import Calibration, load_calibration
from autograder.checks.case import CheckCase
from autograder.checks.given import StoredPaths, samples_of, stored_paths
from autograder.checks.settings import Settings
from autograder.diagnosis import BugLibrary, Versions, load_bugs
from autograder.mapping import targets_for
from autograder.reference import Reference
from autograder.rubric import Profile, Rubric
from autograder.sandbox import gpus
from autograder.submission import Submission

Player = Callable[[Any, Mapping[str, np.ndarray], int], ReferencePlayer]  # of code, stored arrays and a seed


@dataclass(frozen=True)
class Setup:
    """What is the same for all checks of one submission, and for all their lanes."""

    rubric: Rubric
    submission: Submission
    settings: Settings
    profile: Profile
    targets: Mapping[str, tuple[str, str]]  # function -> what it is bound to by hand, and by whom
    notes: tuple[str, ...]  # on what was bound by hand
    calibration: Calibration | None
    stored: StoredPaths  # the arrays that code is given
    player: Player
    lends: bool  # whether the reference's functions can replace those of the submission
    versions: Versions

    @property
    def library(self) -> BugLibrary:
        return self.versions.library

    def wants(self, check: CheckCase) -> bool:
        """Whether the profile runs the check."""
        only = self.settings.only
        if self.settings.calibrating and not check.mark.random:
            return False
        return check.visibility in self.profile.visibilities and (only is None or check.item.id in only)

    def seconds_for(self, check: CheckCase) -> float:
        """How long the student's code may take for the check in the profile."""
        return check.mark.deadline(self.profile.training)

    def reference(self, seed: int | None = None) -> ReferencePlayer:
        """The reference, on the run's own seed unless another one is given."""
        return self.player(self.library.reference, self.stored, self.settings.seed if seed is None else seed)

    def images(self, name: str, split: str) -> data.ImageSet:
        """A data set with its labels, for the grader's side; the small sample if the profile says so."""
        return data.open_set(name, split, sample=self.profile.sample, samples=samples_of(self.rubric))


def set_up(rubric: Rubric, submission: Submission, settings: Settings, player: Player | None = None) -> Setup:
    """Collect what the checks of a submission need. From here on this process sees no GPU.

    `player` answers for the reference; by default it is the reference itself, or its recorded answers if the rubric names them.
    Raises data.DataError when a data set is not there, RubricError or BugLibraryError when a file of the assignment is invalid.
    """
    gpus.hide_from_this_process()
    profile = rubric.profile(settings.profile)
    targets, notes = targets_for(submission, settings.maps, rubric.functions)
    calibration = load_calibration(rubric.path, settings.profile)
    stored = StoredPaths(stored_paths(rubric, profile))
    playing = player or _player_of(rubric)
    library = load_bugs(rubric.root / rubric.assignment.bugs, Reference(rubric.root / rubric.assignment.reference))
    context = str(rubric.path), settings.profile, str(settings.seed), str(settings.secret)
    return Setup(
        rubric=rubric,
        submission=submission,
        settings=settings,
        profile=profile,
        targets=targets,
        notes=tuple(notes),
        calibration=calibration,
        stored=stored,
        player=playing,
        lends=playing is ReferencePlayer,
        versions=Versions(library, lambda code: playing(code, stored, settings.seed), context),
    )


def _player_of(rubric: Rubric) -> Player:
    """Who answers for the reference in this assignment: a starter kit only contains its recorded answers."""
    recorded = rubric.assignment.recorded
    return partial(RecordedPlayer, answers=load_answers(rubric.root / recorded)) if recorded else ReferencePlayer
