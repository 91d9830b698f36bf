"""The rubric: what an assignment asks for, what each deliverable is worth, and which checks prove it.

The format is described in `docs/rubric-format.md`.
"""

from autograder.rubric.checks import FoundCheck, verify_checks
from autograder.rubric.declared import verify_declared_checks
from autograder.rubric.loading import load_rubric
from autograder.rubric.model import Function, Item, Part, Profile, Requirement, RequirementKind, Rubric, Visibility
from autograder.rubric.problems import Problem, RubricError

__all__ = [
    "FoundCheck",
    "Function",
    "Item",
    "Part",
    "Problem",
    "Profile",
    "Requirement",
    "RequirementKind",
    "Rubric",
    "RubricError",
    "Visibility",
    "load_rubric",
    "verify_checks",
    "verify_declared_checks",
]
