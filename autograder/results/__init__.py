"""The graded result: frozen records, and the one way they are written and read.

A `Result` is all that is known about one graded submission. Reports, class pages and exports are made from
it and from nothing else. The written specification is `docs/result-format.md`.
"""

from autograder.results.checks import UNREADABLE, CheckResult, Diagnosis, Fact, Measure, Status
from autograder.results.documents import Answer, Candidate, Document, DocumentKind, HandedIn, Question
from autograder.results.exhibits import Curves, Exhibit, HeatMap, Picture, Table
from autograder.results.files import read_result, write_atomically, write_result
from autograder.results.places import BoundPlace, bound_place
from autograder.results.record import Record
from autograder.results.result import BY_A_PERSON, BY_RUNNING, SCHEMA, ItemResult, PartResult, Result, rescored
from autograder.results.submissions import (
    LATE_NOTE,
    AssignmentInfo,
    Binding,
    Environment,
    Met,
    Ran,
    RequirementResult,
    SubmissionInfo,
    TopLevel,
)

__all__ = [
    "BY_A_PERSON",
    "BY_RUNNING",
    "LATE_NOTE",
    "SCHEMA",
    "UNREADABLE",
    "Answer",
    "AssignmentInfo",
    "Binding",
    "BoundPlace",
    "Candidate",
    "CheckResult",
    "Curves",
    "Diagnosis",
    "Document",
    "DocumentKind",
    "Environment",
    "Exhibit",
    "Fact",
    "HandedIn",
    "HeatMap",
    "ItemResult",
    "Measure",
    "Met",
    "PartResult",
    "Picture",
    "Question",
    "Ran",
    "Record",
    "RequirementResult",
    "Result",
    "Status",
    "SubmissionInfo",
    "Table",
    "TopLevel",
    "bound_place",
    "read_result",
    "rescored",
    "write_atomically",
    "write_result",
]
