"""What was handed in: collected into a folder, checked for size and safety, repaired if it can't be read."""

from autograder.submission.bulk import Found, StudentFiles, find_submissions
from autograder.submission.collect import collect, is_of
from autograder.submission.records import Limits, MachineError, Submission, SubmissionError

__all__ = [
    "Found",
    "Limits",
    "MachineError",
    "StudentFiles",
    "Submission",
    "SubmissionError",
    "collect",
    "find_submissions",
    "is_of",
]
