"""What a sandbox shows to student code, and the error that says that it can't be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import MachineLacks


class SandboxUnavailable(MachineLacks):
    """The asked-for sandbox does not work on this machine; the message says what to do."""


@dataclass(frozen=True)
class Launch:
    """All that a sandbox shows to the student's code."""

    submission: Path
    scratch: Path  # used bare; inside bubblewrap the scratch folder is in memory and ends with the sandbox
    probes: Path  # the package `probes`
    data: Sequence[tuple[str, Path]]  # name of a stored array, its .npy file
    threads: int = 1
    gpu: str = ""  # the one GPU that is shown, as CUDA_VISIBLE_DEVICES names it; none without
