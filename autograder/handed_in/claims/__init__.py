"""Sentences that rank, compare or quantify, read into relations and held against the student's own numbers.

`tokens` → `clauses` → `reading` → `holding` → `asking`: a sentence's tokens are cut into clauses, each is read into relations,
which are held against numbers, and contradictions become questions.

Before the cut, `settling` (with `context` and `following`) lets neighbours decide what a token means, `phrases` puts together
what other words part (with `phrasal_verbs` and `reaching`), `trends` takes out what is said of all configurations along their
size, `courses` reads what is said of the last epoch, `roles` makes names of 'the winner' and 'the largest model', and
`pieces` joins names into parties.

A clause is looked at as a `frame`. `comparing`, `likening`, `between` and `sequences` read its heads, `alone` what is said of one alone,
`values` its numbers, `quantities` what of, `degrees` how much, and `discourse`, `asides` and `sides` whom. `certainty` drops
what may mean something else, and `accounting` what the figures of the sentence say was not meant. `meant` and `margins`,
`amounts` and `threefold` serve `holding`. The words are in `vocabulary`, `verbs`, `number_words`, `quantity_words` and
`background`; `mentions` and `layers` know who is named, `languages` what is read at all.
"""

from autograder.handed_in.claims.asking import questions
from autograder.handed_in.claims.languages import foreign_language

__all__ = ["foreign_language", "questions"]
