"""The exit codes of a worker, and which of them ask for a person: those are not started again."""

INFRASTRUCTURE = 4  # Kafka failed beyond the retries, or a state cannot be used; start again
FENCED = 5  # the process stood still for too long: another may own its partitions by now; start again
POISONED = 6  # too many records became dead letters: look at them first
REFUSED = 7  # a topic was deleted and created again, or another contradiction that no restart mends
FINAL = frozenset({POISONED, REFUSED})
