"""Why a broker refuses records that were measured before: topic and setting, in one sentence. Pure."""

import aiokafka.errors as errors

SETTINGS: tuple[tuple[type[Exception], str], ...] = (
    (
        errors.InvalidTimestampError,
        "message.timestamp.before.max.ms and message.timestamp.after.max.ms do not allow their times;"
        " compare the clocks of the broker and of this machine, too",
    ),
    (errors.TopicAuthorizationFailedError, "this user may not write to it (the topic's ACLs)"),
    (errors.ClusterAuthorizationFailedError, "this user may not write (the cluster's ACLs)"),
    (errors.PolicyViolationError, "a policy of the broker does not allow them"),
    (errors.RecordListTooLargeError, "segment.bytes is less than a batch"),
)


class WriteRefused(RuntimeError):
    """The broker's settings do not allow what this worker writes, and no restart mends that."""


def refusal(topic: str, error: Exception) -> Exception:
    """The error to raise for a failed delivery: WriteRefused, or the client's own with the topic's name.

    A size that is refused although it was measured means that the limit was lowered since the start: the
    next start reads the new one, so that one is no WriteRefused.
    """
    for kind, reason in SETTINGS:
        if isinstance(error, kind):
            return WriteRefused(f"the broker refuses records of topic {topic}: {reason}")
    if isinstance(error, errors.MessageSizeTooLargeError):
        lowered: Exception = errors.MessageSizeTooLargeError(
            f"topic {topic} takes less than at the start of this worker (max.message.bytes, or the broker's"
            " message.max.bytes); the next start reads it again"
        )
        return lowered
    return error
