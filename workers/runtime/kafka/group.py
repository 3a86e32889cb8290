"""A member of a group: when the group last heard of it, and its end when the group does without it.

A worker leaves when its group has replaced or refused it; aiokafka would join again, or wait for ever.

aiokafka 0.14 names a static member's instance when it joins, but neither in heartbeats nor in commits. So one
whose name another process has taken hears only that it is unknown, joins again and replaces the other, and so
on. Other errors of the group are kept for whoever fetches next, and without partitions nobody does.
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
    """When aiokafka's coordinator last heard that the group knows this member."""

    def __init__(self, coordinator: Any) -> None:
        self._heard = 0.0  # monotonic seconds; nothing yet
        beat, begin = coordinator._do_heartbeat, coordinator._start_heartbeat_task

        async def heartbeat() -> bool:
            sent = time.monotonic()  # the broker counts from its arrival, not from our hearing the answer
            good: bool = await beat()
            if good:
                self._heard = sent
            elif coordinator.member_id == UNKNOWN_MEMBER:
                self._heard = -math.inf
            return good

        def joined() -> None:
            self._heard = time.monotonic()
            begin()

        coordinator._do_heartbeat, coordinator._start_heartbeat_task = heartbeat, joined

    def age(self) -> float:
        """Seconds since the last good heartbeat: 0 before the first, infinite once the group shut it out."""
        return time.monotonic() - self._heard if self._heard else 0.0


def exit_when_fenced(coordinator: Any, instance: str | None, session_seconds: float) -> None:
    """From now on end the process when aiokafka's coordinator hears that the group does without it.

    `instance` is the name of a static member, None for a dynamic one, which may join again under a new id.
    """
    forget = coordinator.reset_generation

    def forgotten() -> None:
        if instance and coordinator.generation > 0 and not coordinator._closing.done():
            abort(exits.FENCED, replaced(instance))
        forget()

    async def refused(error: Exception) -> None:
        abort(*verdict(error, instance, session_seconds))

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            abort(exits.INFRASTRUCTURE, f"{type(error).__name__}: {error}")

    coordinator.reset_generation, coordinator._push_error_to_user = forgotten, refused
    coordinator._coordination_task.add_done_callback(ended)


def verdict(error: Exception, instance: str | None, session_seconds: float) -> tuple[int, str]:
    """The exit code and the line for an error with which the group answered."""
    if isinstance(error, errors.InvalidSessionTimeoutError):
        return exits.REFUSED, (
            f"KAIROS_SESSION_SECONDS: the broker does not allow {session_seconds:g} s, see its"
            " group.min.session.timeout.ms and group.max.session.timeout.ms"
        )
    if instance and FencedInstanceIdError.__name__ in str(error):
        return exits.FENCED, replaced(instance)
    return exits.INFRASTRUCTURE, f"{type(error).__name__}: {error}"


def replaced(instance: str) -> str:
    """Why a static member is unknown to its group."""
    return f"KAIROS_INSTANCE: another process is {instance} now, or the session of this one is over"


def overtaken(changelog: str, instance: str) -> str:
    """What is wrong when records of another are in front of ours in a changelog's partition."""
    why = f"another worker has written to {changelog}"
    return f"{why}; {replaced(instance)}" if instance else why


def abort(code: int, error: str) -> NoReturn:
    """End the process at once: what it would still write or commit is another's by now."""
    log.error("leaving without a commit", error=error)
    os._exit(code)
