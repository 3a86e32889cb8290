"""How soon a pause, a suppression and an answer are in force, while new people come all the time.

From Kafka's acknowledgement to when a program that subscribes to decisions has seen the last one before it.
"""

import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from kafka import KafkaProducer

from deploy.embedded import Services
from deploy.embedded.ports import free_ports
from schemas.decision import SendDecision
from schemas.documents import Message, User
from schemas.model import from_epoch_ms
from schemas.permissions import MailPause, OfSubject, Suppression, address_hash
from schemas.profile import EnrichedProfile
from tests.bench.arrivals import Arrivals
from tests.bench.measure import Row, settings_of
from tests.bench.metered import metered
from tests.bench.read_your_writes_bench import spread
from tests.integration.wire import Wire
from topics.plan import Cluster, apply
from workers.product.answer_links import PATH, AnswerToken, answer_tokens
from workers.runtime.process.clock import now_ms

RATE, PATIENT_SECONDS, QUIET_SECONDS = 50, 120, 3.0  # new people a second; how long nothing must come
KNOWN = {"interests": ["art"], "cuisine_preference": ["Thai"], "age": 30, "occupation": "cook"}
TICK_SECONDS = 0.1  # between two watermarks, as capture writes them


class Seen(NamedTuple):
    """A decision and when it was seen, in seconds."""

    at: float
    decision: SendDecision


class Subscriber:
    """What another program has seen: all decisions and profiles."""

    def __init__(self) -> None:
        self.decisions: list[Seen] = []
        self.profiles: list[tuple[float, EnrichedProfile]] = []

    def note(self, topic: str, record: Any, at: float) -> None:
        """Note a record."""
        if topic == "send-decisions":
            self.decisions.append(Seen(at, SendDecision.loads(record.value)))
        else:
            self.profiles.append((at, EnrichedProfile.loads(record.value)))

    def mails(self) -> list[Seen]:
        """The decisions to write."""
        return [seen for seen in list(self.decisions) if seen.decision.verdict != "wait"]


class Fleet:
    """Route, people and serve behind topics that a program outside fills, and what is seen of them."""

    def __init__(self, services: Services, folder: Path, stack: ExitStack, **environment: str) -> None:
        own = {"KAIROS_HTTP_PORT": str(free_ports(1)[0])}
        self.settings = settings_of(services.environment() | own | environment, f"bench-stop-{folder.name}-")
        apply(Cluster(self.settings.brokers, self.settings.kairos_prefix, self.settings.kairos_partitions, 1))
        producer = KafkaProducer(bootstrap_servers=self.settings.brokers, acks="all", linger_ms=0)
        self.wire = stack.enter_context(closing(Wire(self.settings, producer)))
        self.subscriber, topics = Subscriber(), ("send-decisions", "enriched-profiles")
        stack.enter_context(closing(Arrivals(self.settings, topics, self.subscriber.note)))
        stack.enter_context(self.beside(self.tick, TICK_SECONDS))
        for name in ("route", "people", "serve"):
            self.process = stack.enter_context(metered(self.settings, name))

    def tick(self, wire: Wire, _number: int) -> None:
        """All sources are read up to now."""
        wire.watermark(now_ms())

    def newcomer(self, wire: Wire, number: int) -> None:
        """Somebody new, who is written to."""
        user = User.model_validate({"id": f"new-{number}", "email": f"n{number}@example.com"} | KNOWN)
        wire.put("users", user.id, user, now_ms())

    def beside(self, act: Callable[[Wire, int], None], seconds: float) -> AbstractContextManager[None]:
        """Do something again and again, over a connection of its own."""
        return beside(self.wire.reconnected(), act, seconds)

    def register(self, person: str, **fields: object) -> None:
        """A new user."""
        user = User.model_validate({"id": person, "email": f"{person}@example.com"} | fields)
        self.wire.put("users", person, user, now_ms())

    def say(self, topic: str, value: OfSubject) -> float:
        """Write a record; when Kafka has it, in seconds."""
        name = self.settings.name(topic)
        self.wire.producer.send(name, value.dumps(), value.key.encode()).get(60)
        return time.perf_counter()

    def wait(self, done: Callable[[], object]) -> None:
        """Wait until something is seen; raises RuntimeError."""
        self.process.wait(lambda: bool(done()), PATIENT_SECONDS)


def run(services: Services, quick: bool) -> list[Row]:
    """Pauses and suppressions in a fleet that writes, answers in one that only observes."""
    times = 3 if quick else 20
    with TemporaryDirectory(prefix="live") as folder, ExitStack() as stack:
        fleet = Fleet(services, Path(folder), stack)
        with fleet.beside(fleet.newcomer, 1 / RATE):
            mails_come(fleet)
            paused = [pause(fleet) for _ in range(times)]
            suppressed = [suppress(fleet, number) for number in range(times)]
    with TemporaryDirectory(prefix="observe") as folder, ExitStack() as stack:
        fleet = Fleet(services, Path(folder), stack, KAIROS_SENDING="observe")
        answered = [answer(fleet, number) for number in range(times)]
    how = f"{times} times, {RATE} new people a second who are written to"
    return [
        ("pause to the last mail decided", spread(paused), how),
        ("suppression of an address to the decision", spread(suppressed), how),
        ("answer by a link to the profile", spread([profile for profile, _ in answered]), f"{times} times"),
        ("answer by a link to the decision", spread([decision for _, decision in answered]), "the same"),
    ]


@contextmanager
def beside(wire: Wire, act: Callable[[Wire, int], None], seconds: float) -> Iterator[None]:
    """Do something at an interval while the block runs."""
    stop = threading.Event()

    def again() -> None:
        for number in count():
            if stop.wait(seconds):
                return
            act(wire, number)

    with closing(wire), ThreadPoolExecutor(1) as pool:
        running = pool.submit(again)
        try:
            yield
        finally:
            stop.set()
        running.result()  # what failed beside it fails the bench


def pause(fleet: Fleet) -> float:
    """Seconds from a pause of everything to the last mail that is decided; it is over at the end."""
    began = fleet.say("controls", pause_record(paused=True))
    fleet.wait(lambda: time.perf_counter() - max(began, fleet.subscriber.mails()[-1].at) > QUIET_SECONDS)
    last = fleet.subscriber.mails()[-1].at
    fleet.say("controls", pause_record(paused=False))
    mails_come(fleet)
    return max(0.0, last - began)


def mails_come(fleet: Fleet) -> None:
    """Wait until new people are written to."""
    before = len(fleet.subscriber.mails())
    fleet.wait(lambda: len(fleet.subscriber.mails()) > before + RATE)


def pause_record(*, paused: bool) -> MailPause:
    """A pause of everything, or its end."""
    return MailPause(subject="all", paused=paused, at=from_epoch_ms(now_ms()), by="bench")


def suppress(fleet: Fleet, number: int) -> float:
    """Seconds from the suppression of an address to the decision on its owner, who waits for a cooldown."""
    person = f"waits-{number}"
    fleet.register(person, **KNOWN)
    sent = Message(id=person, user_id=person, status="sent", sent_date=from_epoch_ms(now_ms()))
    fleet.wire.put("messages", person, sent, now_ms())

    def reason() -> str | None:
        said = [seen.decision for seen in list(fleet.subscriber.decisions) if seen.decision.person == person]
        return said[-1].reason if said else None

    fleet.wait(lambda: reason() == "cooldown")
    subject = f"address:{address_hash(f'{person}@example.com')}"
    began = fleet.say("suppressions", Suppression(subject=subject, at=from_epoch_ms(now_ms())))
    fleet.wait(lambda: reason() == "suppressed")
    return max(seen.at for seen in fleet.subscriber.decisions if seen.decision.person == person) - began


def answer(fleet: Fleet, number: int) -> tuple[float, float]:
    """Seconds from an answer to the profile with it, and to the decision that follows from it."""
    person, settings = f"asked-{number}", fleet.settings
    fleet.register(person, age=30)

    def verdicts() -> list[Seen]:
        return [seen for seen in list(fleet.subscriber.decisions) if seen.decision.person == person]

    fleet.wait(lambda: any(seen.decision.verdict == "ask" for seen in verdicts()))
    token = AnswerToken(person, f"{person}:1", "interests", "en", now_ms() + 86_400_000)
    signed = answer_tokens(settings).sign(token._asdict(), now_ms())
    url = f"http://127.0.0.1:{settings.kairos_http_port}{PATH}{signed}"
    began = time.perf_counter()
    with urllib.request.urlopen(url, urllib.parse.urlencode({"answer": "tea"}).encode(), timeout=60):
        pass
    fleet.wait(lambda: verdicts()[-1].decision.verdict != "ask")
    profiles = [at for at, profile in fleet.subscriber.profiles if profile.id == person and profile.interests]
    return profiles[0] - began, verdicts()[-1].at - began
