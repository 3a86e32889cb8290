"""The workers of the fleet, one row each: name, module, and the question it answers."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from workers.runtime.process.settings import Settings

LONGEST_BASE = 150  # characters; a whole name may have 200


class Worker(NamedTuple):
    """One worker; its module has `run(settings, stop)`. `looped`: it runs on an event loop of its own.

    `needs` is the setting without which it is not in the fleet. `niceness` is the
    setting of how much it leaves the processor to the others on its machine.
    """

    name: str
    module: str
    question: str
    looped: bool = True
    needs: str = ""
    niceness: str = ""


WORKERS = (
    Worker("capture", "workers.capture.app", "What changed?", looped=False),
    Worker("route", "workers.route.app", "Whom does it concern?"),
    Worker("people", "workers.people.app", "What do we know of them, and should we write now?"),
    Worker("jobs", "workers.jobs.app", "What do people do with a job, and with which others?"),
    Worker("mail", "workers.mail.app", "What do we say?", niceness="kairos_mail_niceness"),
    Worker("learn", "workers.learn.app", "Which way of writing works?"),
    Worker("serve", "workers.commands.serving", "How do people and programs see it?", looped=False),
    Worker("writeback", "workers.writeback.app", "What became of the product's messages?", looped=False),
    Worker("deliver", "workers.deliver.app", "Is it sent?", needs="kairos_smtp_url"),
)
BY_NAME = {worker.name: worker for worker in WORKERS}


def fleet_of(settings: Settings) -> list[str]:
    """The names of the workers that a fleet with these settings has, in their order."""
    return [
        worker.name for worker in WORKERS if not worker.needs or getattr(settings, worker.needs) is not None
    ]


def static_names(workers: Sequence[str], base: str) -> list[str]:
    """The names (KAIROS_INSTANCE) of one supervisor's workers in their groups; "" for one without a group.

    A worker that is started again keeps its name, and with it its partitions. `base` must differ between
    supervisors: of two members with one name Kafka throws out the older.
    """
    base = re.sub(r"[^A-Za-z0-9._-]", "-", base)[:LONGEST_BASE]
    seen: Counter[str] = Counter()
    names = []
    for worker in workers:
        seen[worker] += 1
        names.append(f"{base}-{worker}-{seen[worker]}" if BY_NAME[worker].looped else "")
    return names
