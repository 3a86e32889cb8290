"""Membership of a consumer group: the age of the last heartbeat, and the exit of a member that was replaced.

A worker exits when its group has replaced or refused it; aiokafka would join again, or wait for ever.

aiokafka 0.14 sends a static member's instance id when it joins, but neither in heartbeats nor in commits. So
a member whose id another process has taken is only told that it is unknown, joins again and replaces the
other, and so on. It keeps other errors of the group for the next fetch; without partitions there is none.
"""

import asyncio
import math
import os
import time
from typing import Any, NoReturn

import aiokafka.errors as errors
import structlog

from workers.runtime.process import exits

UNKNOWN_MEMBER = ""  # the id of a member that the group does not know, or no longer
log = structlog.get_logger()


class FencedInstanceIdError(errors.BrokerResponseError):  # type: ignore[misc]
    """Another process has joined under this member's name; aiokafka has no class for it."""

    errno = 82
    message = "FENCED_INSTANCE_ID"


errors.kafka_errors[FencedInstanceIdError.errno] = FencedInstanceIdError


class Heartbeats:
    """When aiokafka's coordinator had its last successful heartbeat."""

    def __init__(self, coordinator: Any) -> None:
        self._last_success = 0.0  # monotonic seconds; none yet
        beat, begin = coordinator._do_heartbeat, coordinator._start_heartbeat_task

        async def heartbeat() -> bool:
            sent = time.monotonic()  # the broker counts from the arrival of the request, not of the answer
            good: bool = await beat()
            if good:
                self._last_success = sent
            elif coordinator.member_id == UNKNOWN_MEMBER:
                self._last_success = -math.inf
            return good

        def joined() -> None:
            self._last_success = time.monotonic()
            begin()

        coordinator._do_heartbeat, coordinator._start_heartbeat_task = heartbeat, joined

    def age(self) -> float:
        """Seconds since the last successful heartbeat: 0 before the first, infinite for an unknown member."""
        return time.monotonic() - self._last_success if self._last_success else 0.0


def exit_when_fenced(coordinator: Any, instance: str | None, session_seconds: float) -> None:
    """From now on end the process when aiokafka's coordinator learns that the group has removed this member.

    `instance` is the name of a static member, None for a dynamic one, which may join again under a new id.
    """
    reset_generation = coordinator.reset_generation

    def on_generation_reset() -> None:
        if instance and coordinator.generation > 0 and not coordinator._closing.done():
            abort(exits.FENCED, replaced(instance))
        reset_generation()

    async def on_error(error: Exception) -> None:
        abort(*exit_for(error, instance, session_seconds))

    def on_task_end(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            abort(exits.INFRASTRUCTURE, f"{type(error).__name__}: {error}")

    coordinator.reset_generation = on_generation_reset
    coordinator._push_error_to_user = on_error
    coordinator._coordination_task.add_done_callback(on_task_end)


def exit_for(error: Exception, instance: str | None, session_seconds: float) -> tuple[int, str]:
    """The exit code and the log line for an error of the group."""
    if isinstance(error, errors.InvalidSessionTimeoutError):
        return exits.REFUSED, session_refused(session_seconds)
    if instance and FencedInstanceIdError.__name__ in str(error):
        return exits.FENCED, replaced(instance)
    return exits.INFRASTRUCTURE, f"{type(error).__name__}: {error}"


def session_refused(session_seconds: float) -> str:
    """Why the group takes no member with such a session."""
    return (
        f"KAIROS_SESSION_SECONDS: the broker does not allow {session_seconds:g} s, see its"
        " group.min.session.timeout.ms and group.max.session.timeout.ms"
    )


def replaced(instance: str) -> str:
    """Why a static member is unknown to its group."""
    return f"KAIROS_INSTANCE: another process is {instance} now, or the session of this one is over"


def overtaken(changelog: str, instance: str) -> str:
    """What is wrong when a changelog's partition holds records of another writer in front of ours."""
    why = f"another worker has written to {changelog}"
    return f"{why}; {replaced(instance)}" if instance else why


def abort(code: int, error: str) -> NoReturn:
    """End the process at once: another worker may own what it would still write or commit."""
    log.error("leaving without a commit", error=error)
    os._exit(code)
