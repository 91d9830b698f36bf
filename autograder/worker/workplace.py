"""The place where student code runs: its own copy of the submission, and the limits of its process."""

from __future__ import annotations

import contextlib
import resource
import shutil
from pathlib import Path

from autograder.worker.settings import WorkerSettings


def copy_submission(settings: WorkerSettings) -> Path:
    """Make a copy of the submission to run in, so that the code can write next to itself without harm."""
    target = Path(settings.scratch) / "submission"
    if not target.exists():
        shutil.copytree(settings.submission, target, dirs_exist_ok=True)
    return target


def limit(settings: WorkerSettings) -> None:
    """Set the resource limits of this process and all that it starts."""
    for kind, bound in (
        (resource.RLIMIT_DATA, settings.memory_bytes),
        (resource.RLIMIT_FSIZE, settings.file_bytes),
        (resource.RLIMIT_NOFILE, settings.files),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(kind, bound)
    if settings.own_pid_namespace:  # otherwise it would count all processes of the user
        _lower(resource.RLIMIT_NPROC, settings.processes)


def _lower(kind: int, bound: int) -> None:
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (bound, bound) if hard == resource.RLIM_INFINITY else (min(bound, hard), hard))
