"""The starter kit: what students get (`release_kit`), and the zip that they hand in (`pack`).

The kit is made from the reference: nbgrader's markers go around what is solution, its preprocessors take that out, and a
last look (`leaks`) holds every file against the reference. What an assignment's kit says stands in `templates/starter`.
"""
