"""The place where student code runs: its own copy of the submission, and the limits of its process."""

from __future__ import annotations

import contextlib
import resource
import shutil
from pathlib import Path

from autograder.worker.settings import WorkerSettings


def copy_submission(settings: WorkerSettings) -> Path:
    """Give the student's code a copy to live in, so that it can write beside itself and harm nothing."""
    target = Path(settings.scratch) / "submission"
    if not target.exists():
        shutil.copytree(settings.submission, target, dirs_exist_ok=True)
    return target


def limit(settings: WorkerSettings) -> None:
    """Limit this process and all that it starts."""
    for kind, bound in (
        (resource.RLIMIT_DATA, settings.memory_bytes),
        (resource.RLIMIT_FSIZE, settings.file_bytes),
        (resource.RLIMIT_NOFILE, settings.files),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(kind, bound)
    if settings.own_pid_namespace:  # elsewhere it would count all that the user runs
        _lower(resource.RLIMIT_NPROC, settings.processes)


def _lower(kind: int, bound: int) -> None:
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (bound, bound) if hard == resource.RLIM_INFINITY else (min(bound, hard), hard))
