"""Runs a submission as it is, on little data, and records what it did: networks, training runs, passes over data, figures,
tables, numbers and errors. `docs/trace-format.md` describes the records.

The recorder is in the student's process and can be lied to. It imports nothing of the trusted side, and the grader
counts only what it can repeat.
"""
