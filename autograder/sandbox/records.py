"""What a sandbox shows to student code, and the error for a sandbox that is unavailable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import MachineLacks


class SandboxUnavailable(MachineLacks):
    """The requested sandbox does not work on this machine; the message says what to do."""


@dataclass(frozen=True)
class Launch:
    """Everything that a sandbox shows to the student's code."""

    submission: Path
    scratch: Path  # used without a sandbox; in bubblewrap the scratch folder is in memory and ends with it
    probes: Path  # the package `probes`
    data: Sequence[tuple[str, Path]]  # name of a stored array, its .npy file
    threads: int = 1
    gpu: str = ""  # the one visible GPU, as in CUDA_VISIBLE_DEVICES; empty for none
