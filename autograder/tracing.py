"""Run a submission as it is, on little data, and read what it did: a submission in, a `Trace` out."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.checks.given import stored_paths
from autograder.requirements.entries import to_run
from autograder.requirements.reading import read_source
from autograder.rubric import Rubric
from autograder.sandbox import Kind, Launch, choose
from autograder.sandbox.tracing import run_traced
from autograder.submission import Submission
from autograder.trace.reading import read_trace
from autograder.trace.records import Trace


def trace(
    rubric: Rubric, submission: Submission, profile: str, kind: Kind, seconds: float, threads: int, seed: int
) -> Trace:
    """Run the submission's notebooks and scripts, all within `seconds`. Test labels are not shown to them.

    Raises SandboxUnavailable when the machine can't start a sandbox, and data.DataError when a data set is not there.
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


def sources_of(submission: Submission) -> list[str]:
    """The notebooks and scripts that are run, in the order in which they are."""
    readable = [path for path in submission.sources if _is_python(submission.folder / path)]
    return list(to_run([read_source(submission.folder, path) for path in readable]))


def _is_python(path: Path) -> bool:
    """Whether this is no notebook of another language."""
    if path.suffix.casefold() != ".ipynb":
        return True
    try:
        metadata = json.loads(path.read_text(encoding="utf-8-sig", errors="replace")).get("metadata", {})
        named = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    except (ValueError, AttributeError):
        return True
    return not isinstance(named, str) or named.casefold().startswith(("python", "ipython"))
