"""What a run of the submission shows of each deliverable of Homework 1: judges, one module a problem."""
