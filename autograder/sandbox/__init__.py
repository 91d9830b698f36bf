"""Starting, limiting and ending the processes that student code runs in."""

from autograder.isolation import Kind
from autograder.sandbox import gpus
from autograder.sandbox.choosing import choose
from autograder.sandbox.client import Sandbox
from autograder.sandbox.faults import (
    StudentDied,
    StudentError,
    StudentFault,
    StudentMissing,
    StudentTimeout,
    StudentUnsuitable,
)
from autograder.sandbox.records import Launch, SandboxUnavailable
from autograder.sandbox.session import Code, Replacing, Session

__all__ = [
    "Code",
    "Kind",
    "Launch",
    "Replacing",
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
    "gpus",
]
