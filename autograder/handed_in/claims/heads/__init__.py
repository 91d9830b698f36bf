"""The heads of a clause, read into relations: `comparing`, `likening`, `between` and `sequences`; `values` reads numbers, and
`alone` clauses that compare nobody.

`quantities` finds what is compared, `degrees` how much. `certainty` drops relations that may mean something else.
"""
