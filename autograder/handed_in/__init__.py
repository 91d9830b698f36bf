"""What a submission holds beside its code: written answers, plots, tables and logs, kept for the person who grades."""

from autograder.handed_in.attaching import attach
from autograder.handed_in.gathering import Gathered, gather
from autograder.handed_in.passages import Passage
from autograder.handed_in.pdf import Pdf, UnreadablePdf, read_pdf

__all__ = ["Gathered", "Passage", "Pdf", "UnreadablePdf", "attach", "gather", "read_pdf"]
