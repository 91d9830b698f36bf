"""What a worker can be asked to do with a Homework 1 submission.

A probe gets `code`, whose attributes are the submission's functions (or the reference's), and plain arguments; it returns
numbers, texts and arrays. It judges nothing and knows no label that its arguments don't hold.
"""
