"""To which event a person is invited, and why: a pure ranking of the events that they can come to.

`choice.choose` ranks, `calendar.EventCalendar` holds the events, `reasons.sentence` says why.
"""
