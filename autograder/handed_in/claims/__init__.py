"""Sentences that rank, compare or quantify, read into relations and held against the student's own numbers.

`tokens` → `clauses` → `reading` (relations) → `holding` (against numbers) → `asking` (questions). `words` has what the words
mean, `mentions` who is named, `languages` what is read at all.
"""

from autograder.handed_in.claims.asking import questions

__all__ = ["questions"]
