"""What a submission contains besides its code: written answers, plots, tables and logs, kept for the person who grades.

`gathering.gather` reads, `attaching.attach` puts into the result. Nothing is imported here: the processes that read what was
handed in need few of these modules.
"""
