"""What a submission did when it was run: read from the sandbox, validated, repeated, and matched by value.

`records` are the data; `reading` builds them from the sandbox's output; `graphs` rebuilds a network from its operators; `replay`
repeats the first steps of a training run; `histories` finds what a line of a figure shows. Nothing here runs student code, and
nothing here knows the assignment.
"""
