"""Why a broker refuses records that were measured before: topic and setting, in one sentence. Pure.

Both Kafka clients have an error of the same name for every answer of a broker.
"""

import aiokafka.errors as errors

SETTINGS = {
    "InvalidTimestampError": (
        "message.timestamp.before.max.ms and message.timestamp.after.max.ms do not allow such a time;"
        " compare the clocks of the broker and of this machine, too"
    ),
    "TopicAuthorizationFailedError": "this user may not write to it (the topic's ACLs)",
    "ClusterAuthorizationFailedError": "this user may not write (the cluster's ACLs)",
    "PolicyViolationError": "a policy of the broker does not allow it",
    "RecordListTooLargeError": "segment.bytes is less than a batch",
}


class WriteRefused(RuntimeError):
    """The broker's settings do not allow what this worker writes, and no restart mends that."""


def reason_of(error: Exception) -> str | None:
    """The setting because of which a broker refuses records; None for an error of any other kind."""
    return next((SETTINGS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in SETTINGS), None)


def refusal(topic: str, error: Exception) -> Exception:
    """The error to raise for a failed delivery: WriteRefused, or the client's own with the topic's name.

    A size that is refused although it was measured means that the limit was lowered since the start: the
    next start reads the new one, so that one is no WriteRefused.
    """
    if reason := reason_of(error):
        return WriteRefused(f"the broker refuses records of topic {topic}: {reason}")
    if isinstance(error, errors.MessageSizeTooLargeError):
        lowered: Exception = errors.MessageSizeTooLargeError(
            f"topic {topic} takes less than at the start of this worker (max.message.bytes, or the broker's"
            " message.max.bytes); the next start reads it again"
        )
        return lowered
    return error
