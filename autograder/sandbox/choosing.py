"""Which sandbox student code is run in: one that has just been tried, or none by name."""

from __future__ import annotations

from autograder.isolation import Kind
from autograder.sandbox import bubblewrap, wall
from autograder.sandbox.records import SandboxUnavailable


def choose(wanted: Kind) -> Kind:
    """The sandbox to use. Raises SandboxUnavailable rather than falling back to none: that must be asked for by name.

    What bubblewrap makes is tried from inside, once a process (`sandbox/wall.py`).
    """
    if wanted is Kind.NONE:
        return Kind.NONE
    problem = bubblewrap.bubblewrap_problem()
    if problem:
        raise SandboxUnavailable(
            f"student code needs a sandbox, and {problem}.\n"
            "Install it (Debian and Ubuntu: apt-get install bubblewrap), or grade code that you trust with "
            "`--sandbox none`: it then runs with your own rights on this machine."
        )
    wall.tested()
    return Kind.BUBBLEWRAP
