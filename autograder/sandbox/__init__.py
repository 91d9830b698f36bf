"""Starting, limiting and ending the processes that student code runs in."""

from autograder.sandbox.client import (
    Sandbox,
    Session,
    StudentDied,
    StudentError,
    StudentFault,
    StudentMissing,
    StudentTimeout,
    StudentUnsuitable,
)
from autograder.sandbox.launch import Kind, SandboxUnavailable, choose

__all__ = [
    "Kind",
    "Sandbox",
    "SandboxUnavailable",
    "Session",
    "StudentDied",
    "StudentError",
    "StudentFault",
    "StudentMissing",
    "StudentTimeout",
    "StudentUnsuitable",
    "choose",
]
