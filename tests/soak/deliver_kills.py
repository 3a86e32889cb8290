"""`deliver` under SIGKILL: whatever moment it is, no mail is accepted twice, and none is lost."""

import random
import time
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tests.integration.delivering import DOMAIN, outcomes, parked, register, wire_to, write_mail
from tests.integration.mail_sink import MailSink, running
from tests.integration.processes import until
from tests.integration.wire import RUN_PARTITIONS, Addressed, Wire
from tests.integration.workers import WorkerProcess

LONGEST = 0.4  # seconds between the first mail of a life and its end
AT_ONCE = 5
SHORT_SESSION = {"kairos_session_seconds": 6, "kairos_instance": "deliver-1"}


class DeliveryCount(NamedTuple):
    """What the server has accepted, and what is known of it."""

    mails: int
    kills: int
    twice: int  # mails that the server has accepted more than once
    lost: int  # neither told nor parked, or told as sent and not accepted
    sent: int
    parked: int
    parked_and_accepted: int
    at_once: int = AT_ONCE


def run(services: Addressed, folder: Path, seed: int, mails: int, kills: int) -> DeliveryCount:
    """Deliver mails to a server that takes 20 ms for each; kill the worker so often, then let it finish.

    It is killed after it has handed over something since its start, so that every life is in the midst of it.
    """
    chance = random.Random(seed)
    people = [f"p{number}" for number in range(mails)]
    with running(MailSink(seconds=0.02)) as sink:
        wire = wire_to(sink, services, folder, kairos_partitions=RUN_PARTITIONS, **SHORT_SESSION)
        for person in people:
            register(wire, person)
        waiting = iter(people)
        for _ in range(kills):
            write_mails(wire, islice(waiting, -(-mails // (kills + 1))))
            live(wire, sink, folder, chance.uniform(0.0, LONGEST))
        write_mails(wire, waiting)
        worker = WorkerProcess("deliver", wire.settings, folder / "deliver.log")
        until(lambda: len(known(wire)) == mails)
        worker.stop()
        wire.close()
        return counted(wire, people, sink.counts(), kills)


def known(wire: Wire) -> set[str]:
    """The people of whose mail something is known. Of some both: a crash between an outcome and its state."""
    return {decision.partition(":")[0] for decision in outcomes(wire)} | parked(wire).keys()


def write_mails(wire: Wire, people: Iterable[str]) -> None:
    """Write a mail to each."""
    for person in people:
        write_mail(wire, person)
    wire.producer.flush()


def live(wire: Wire, sink: MailSink, folder: Path, seconds: float) -> None:
    """Run the worker until its first mail has been accepted and some time has passed; then kill it."""
    before = len(sink.accepted)
    worker = WorkerProcess("deliver", wire.settings, folder / "deliver.log")
    until(lambda: len(sink.accepted) > before)
    time.sleep(seconds)  # the moment is what is tested
    worker.kill()


def counted(wire: Wire, people: Iterable[str], accepted: Counter[str], kills: int) -> DeliveryCount:
    """What the server has accepted, against what is told and parked."""
    told = {decision.partition(":")[0]: values[-1].outcome for decision, values in outcomes(wire).items()}
    found, names = parked(wire), [*people]
    lost = sum(
        (person not in told and person not in found)
        or (told.get(person) == "sent" and accepted[f"{person}@{DOMAIN}"] != 1)
        for person in names
    )
    return DeliveryCount(
        mails=len(names),
        kills=kills,
        twice=sum(count > 1 for count in accepted.values()),
        lost=lost,
        sent=sum(outcome == "sent" for outcome in told.values()),
        parked=len(found.keys() - told.keys()),
        parked_and_accepted=sum(accepted[f"{person}@{DOMAIN}"] for person in found),
    )
