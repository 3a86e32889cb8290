"""Which jobs a person is shown, in which order, and why: a pure ranking of the open jobs.

`feed.recommend` makes a list, `sections.sections` the six sections of a mail, `board.Board` holds the jobs.
"""
