"""Relations held against numbers: confirmed, contradicted, or undecided.

`holding` judges a relation, with `meant` (labels for names), `margins` (tied or far apart), `amounts` and `threefold`; `courses`
and `trends` judge claims about the last epoch and along the size; `roles` finds who holds a rank. `accounting` compares a
sentence's own figures with what was read of it.
"""
