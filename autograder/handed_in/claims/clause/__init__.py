"""A sentence cut into clauses, each seen as a `frame`.

`pieces` joins names into parties, `clauses` cuts. `discourse` resolves pronouns, `asides` and `sides` leave one subject to read.
"""
