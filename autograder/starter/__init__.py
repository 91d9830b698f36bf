"""The starter kit: what students get (`release_kit`), and the zip that they hand in (`pack`).

The kit is made from the reference: nbgrader's markers enclose the solution, its preprocessors remove it, and a last check
(`leaks`) compares every file with the reference. The texts of an assignment's kit are in `templates/starter`.
"""
