"""Policies under which everybody is at a cap nearly all the time.

A decision holds equally long under all of them: one that was said right before a crash is not known to the
next worker until its mail is reported, and with a shorter time another mail might be decided by then.
"""

LOW = """
cooldown_days = 0
retry_hours = 2
[caps]
day = 1
last_7_days = 2
"""
RESTED = """
cooldown_days = 1
[caps]
last_24_hours = 1
last_7_days = 3
[[campaigns]]
name = "weekly"
priority = 20
cooldown_days = 7
[[campaigns]]
name = "job-digest"
cap_30_days = 6
[[campaigns]]
name = "details-request"
verdict = "ask"
"""
DENSE = """
cooldown_days = 0
[caps]
day = 2
last_7_days = 4
[quiet_hours]
start = "21:00"
end = "08:00"
"""
MONTHLY = """
cooldown_days = 2
[caps]
last_30_days = 5
"""
SINGLE = """
cooldown_days = 0
[caps]
day = 1
last_7_days = 1
[[campaigns]]
name = "job-digest"
priority = 10
cap_30_days = 3
[[campaigns]]
name = "event-invite"
[[campaigns]]
name = "details-request"
verdict = "ask"
cooldown_days = 5
"""
CHANGING = (LOW, RESTED, DENSE, MONTHLY, SINGLE)
