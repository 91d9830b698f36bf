"""How one submission is graded: the options of a command line, as one record."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.isolation import Kind
from autograder.mapping import Maps


@dataclass(frozen=True)
class Settings:
    """How to run the checks."""

    profile: str
    sandbox: Kind
    seed: int = 0
    threads: int = 2  # of each worker
    cores: int = 1  # for one submission: how many of its parts run in parallel, each in its own processes
    gpu: str = ""  # the one GPU that student code sees, as CUDA_VISIBLE_DEVICES names it; none without
    maps: Maps = field(default_factory=dict)  # what the instructor has bound by hand
    only: frozenset[str] | None = None  # items to run the checks of; None: all of the profile's
    run_seconds: float | None = None  # for running it as it is; None: as the rubric says; 0: it is not run
    calibrating: bool = False  # run only the checks that depend on luck, each once
    secret: int = 0  # what the inputs of the checks are drawn from; student code never learns it
