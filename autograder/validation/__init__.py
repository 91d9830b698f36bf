"""The grader is graded: right submissions must keep every automatic point, wrong ones must lose what they declare.

Data flows one way: `cases` finds the submissions and the expected outcome of each (`declared` reads that, `expected` compares a
free-form one's result with it), `running` grades them, `rows` compares the results with what is declared, and `kept` caches the
rows until anything that they depend on changes.
"""

from autograder.validation.cases import Case, find_cases, subset
from autograder.validation.declared import EXPECTED
from autograder.validation.expected import Expected
from autograder.validation.kept import cache_file
from autograder.validation.rows import (
    NAMED_AT_LEAST,
    NAMED_WRONGLY_AT_MOST,
    NamingRates,
    Row,
    naming_rates,
    row_of,
    unproved,
)
from autograder.validation.running import grade_case, validate

__all__ = [
    "EXPECTED",
    "NAMED_AT_LEAST",
    "NAMED_WRONGLY_AT_MOST",
    "Case",
    "Expected",
    "NamingRates",
    "Row",
    "cache_file",
    "find_cases",
    "grade_case",
    "naming_rates",
    "row_of",
    "subset",
    "unproved",
    "validate",
]
