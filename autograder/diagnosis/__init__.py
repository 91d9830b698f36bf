"""Naming the bug: a failed check's questions are asked again of known wrong versions of the reference.

A bug is a small patch on the reference's source (`bugs.py`), which makes a version of it (`versions.py`). The one whose
answers equal the student's, question by question, is the student's bug (`matching.py`), and the line of the student's file
that it is about is looked for (`pointing.py`). No check needs to know of any bug, and the same list makes the wrong
submissions that prove the checks.
"""

from autograder.diagnosis.bugs import Bug, BugLibrary, BugLibraryError, load_bugs
from autograder.diagnosis.matching import name_bugs
from autograder.diagnosis.pointing import find_functions, where
from autograder.diagnosis.versions import Versions

__all__ = ["Bug", "BugLibrary", "BugLibraryError", "Versions", "find_functions", "load_bugs", "name_bugs", "where"]
