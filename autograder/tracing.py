"""Run a submission as it is, on little data, and read what it did: a submission in, a `Trace` out."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from autograder import limited
from autograder.checks.given import stored_paths
from autograder.requirements import entries
from autograder.rubric import Rubric
from autograder.sandbox import Kind, Launch, choose
from autograder.sandbox.tracing import run_traced
from autograder.submission import Submission
from autograder.trace.reading import read_trace
from autograder.trace.records import Trace

READING: Final = limited.Bounds(seconds=60.0, memory=2_000_000_000, output=1_000_000)  # of the sources, before they run


def trace(
    rubric: Rubric, submission: Submission, profile: str, kind: Kind, seconds: float, threads: int, seed: int
) -> Trace:
    """Run the submission's notebooks and scripts, all within `seconds`. Test labels are not shown to them.

    Raises SandboxUnavailable when the machine can't start a sandbox, limited.ReaderFailed when it can't read what was handed in,
    and data.DataError when a data set is not there.
    """
    sources = sources_of(submission)
    kind = choose(kind)
    if not sources:
        return Trace(budget=seconds)
    launch = Launch(
        submission=submission.folder,
        scratch=submission.folder,
        probes=rubric.root / rubric.assignment.probes,
        data=tuple(stored_paths(rubric, rubric.profile(profile)).items()),
        threads=threads,
    )
    return read_trace(run_traced(kind, launch, sources, seconds, seed), seconds, threads)


@lru_cache(maxsize=1)  # called to see whether there are any, and again to run them
def sources_of(submission: Submission) -> tuple[str, ...]:
    """The notebooks and scripts that are run, in this order; all that there are if examining them takes too much. Raises
    limited.ReaderFailed if this machine can't examine them."""
    given = {"folder": str(submission.folder), "sources": submission.sources}
    heard = limited.read_apart(entries.told, given, READING)
    return submission.sources if heard.problem else heard.records
