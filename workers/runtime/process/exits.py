"""The exit codes of a worker, and which of them ask for a person: those are not started again."""

NOT_READY = (
    1  # topics are missing, or Kafka refuses us: both can be mended on the broker at any time; start again
)
MISCONFIGURED = 2  # a setting, or a file that it names, is wrong
INFRASTRUCTURE = 4  # no Kafka at the start, or it failed beyond the retries; start again
FENCED = 5  # the process stood still for too long: another may own its partitions by now; start again
POISONED = 6  # too many records became dead letters: look at them first
REFUSED = 7  # a topic was deleted and created again, or another contradiction that no restart mends
FINAL = frozenset({MISCONFIGURED, POISONED, REFUSED})
