"""Chooses the sandbox for student code: one that has just been tried, or none if asked for by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from autograder.isolation import Kind
from autograder.sandbox import bubblewrap, container, wall
from autograder.sandbox.records import SandboxUnavailable

CANDIDATES: Final[Mapping[Kind, tuple[Kind, ...]]] = {
    Kind.AUTO: (Kind.BUBBLEWRAP, *container.KINDS),
    Kind.CONTAINER: container.KINDS,
}


def choose(wanted: Kind) -> Kind:
    """The sandbox to use: the first that starts here. Raises SandboxUnavailable rather than falling back to none, which must be
    asked for by name.

    It is tested from inside once per process (`sandbox/wall.py`); one with a hole is an error, and no other is tried instead.
    """
    if wanted is Kind.NONE:
        return Kind.NONE
    problems = []
    for kind in CANDIDATES.get(wanted, (wanted,)):
        problem = container.container_problem(kind) if kind in container.KINDS else bubblewrap.bubblewrap_problem()
        if not problem:
            wall.tested(kind)
            return kind
        problems.append(problem)
    raise SandboxUnavailable(
        f"student code needs a sandbox, and {'; '.join(problems)}.\n"
        "Install bubblewrap (Debian and Ubuntu: apt-get install bubblewrap), or podman or docker, or grade code that you trust "
        "with `--sandbox none`: it then runs with your own rights on this machine."
    )
