"""The reference solutions of Homework 1 in PyTorch, a module for each problem: what submissions are compared with.

`problem1` to `problem3` and `bonus` hold the functions that a submission exposes; `plots` draws what they
return. Everywhere, a loader is a re-iterable of `(x, y)` batches, a model gives logits unless its docstring
says otherwise, and an accuracy is a fraction in [0, 1].
"""
