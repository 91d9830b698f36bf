"""An auto-grader for deep-learning coursework that grades by evidence. See docs/architecture.md."""

__version__ = "0.1.0"
