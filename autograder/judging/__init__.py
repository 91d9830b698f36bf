"""From a trace to points: the grader trains the networks that it has rebuilt, an assignment's judges look at what a run has
shown, and one rule decides between that and what calling the functions has shown.

`training` trains a network of a trace on the grader's own data; `judges` runs the assignment's judges; `deciding` is the rule.
"""

from autograder.judging.judges import NotShown, conclude, shows

__all__ = ["NotShown", "conclude", "shows"]
