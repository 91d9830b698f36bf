"""What a submission did when it was run: read from the sandbox, held against its form, repeated, and matched by value.

`records` are the data; `reading` makes them of what the sandbox told; `graphs` rebuild a network from its operators;
`replay` repeats the first steps of a training run; `histories` find what a line of a figure shows. Nothing here runs student
code, and nothing here knows the assignment.
"""
