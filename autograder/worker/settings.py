"""A worker's settings: folders and limits. The grader passes them as JSON on the command line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True)
class WorkerSettings:
    submission: str  # the collected submission, read-only
    scratch: str  # a folder that the student's code may write to; its copy of the submission is in there
    probes: str  # the folder that contains the package `probes`
    data: str  # stored arrays
    own_pid_namespace: bool  # whether killing all processes reaches none outside
    threads: int = 1
    gpu: bool = False  # whether a GPU is visible
    memory_bytes: int = 6 * 2**30  # of data (RLIMIT_DATA) in one session
    tree_bytes: int = 8 * 2**30  # of all memory of a session and what it started, files in memory included
    file_bytes: int = 2**30  # in one written file
    files: int = 4096  # open at once
    processes: int = 256  # and threads, of a session and what it started

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))
