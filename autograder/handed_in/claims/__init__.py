"""Sentences that rank, compare or quantify, read into relations and held against the student's own numbers.

`tokens` → `clauses` → `reading` → `holding` → `asking`: a sentence's tokens are cut into clauses, each is read into relations,
which are held against numbers, and contradictions become questions. Before the cut, `phrases` puts together what other words
part, and `roles` makes names of 'the winner' and 'the largest model'. A clause is looked at as a `frame`; `comparing` reads
its heads, `alone` what is said of one alone, `values` its numbers, `quantities` what of, and `discourse` and `sides` whom.
`vocabulary`, `quantity_words` and `background` have the words, `mentions` and `layers` who is named, `languages` what is read
at all. `amounts` and `threefold` serve `holding`.
"""

from autograder.handed_in.claims.asking import questions
from autograder.handed_in.claims.languages import foreign_language

__all__ = ["foreign_language", "questions"]
