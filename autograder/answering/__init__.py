"""Who answers probes: the student's code, and the reference, whose answers a file may hold in its place."""

from autograder.answering.players import Call, Probe, ReferencePlayer, Student

__all__ = ["Call", "Probe", "ReferencePlayer", "Student"]
