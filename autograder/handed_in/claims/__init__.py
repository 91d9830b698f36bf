"""Sentences that rank, compare or quantify, read into relations and held against the student's own numbers.

Data flows through the subpackages in this order, and each imports only those before it:

`words` (what words mean) → `sentence` (tokens) → `clause` (clauses as frames) → `heads` (relations) → `verdicts` (relations held
against numbers).

`relations` are the records between them. `reading` runs the first four stages on a sentence, and `asking` makes questions of
contradictions.
"""

from autograder.handed_in.claims.asking import questions
from autograder.handed_in.claims.words.languages import foreign_language

__all__ = ["foreign_language", "questions"]
