"""A result as people read it: a page (`render`) and a table in the terminal (`terminal`)."""

from autograder.report.names import print_names
from autograder.report.render import render_report, write_report
from autograder.report.terminal import print_result

__all__ = ["print_names", "print_result", "render_report", "write_report"]
