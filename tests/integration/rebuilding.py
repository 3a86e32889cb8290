"""A small product, what `kairos rebuild people` makes of it, and the states of `people` lost in many ways."""

from typing import Any

from click.testing import CliRunner, Result
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from schemas.decision import SendDecision
from schemas.documents import Event, Message, Order, User
from schemas.model import Model, from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.integration.processes import until
from tests.integration.wire import Wire
from workers.cli import kairos
from workers.commands.rebuild_history import CHANGELOG
from workers.people.policy import Policy, load_policy
from workers.people.profile.build import build_profile
from workers.people.stage import stage
from workers.people.state import StoredPerson
from workers.runtime.engine.state_header import RESERVED_KEYS, pack, unpack
from workers.runtime.kafka.records import ConsumerRecord

PATIENT = 60.0
DAY_MS = 86_400_000
CODEC = stage(Policy()).codec
LOST = "p1"  # of whom everything is forgotten; of the others all but the user
PEOPLE = tuple(f"p{number}" for number in range(6))


def rebuild(wire: Wire, code: int = 0) -> Result:
    """Run the command as its user does."""
    done = CliRunner().invoke(kairos, ["rebuild", "people"], env=wire.settings.environment())
    assert done.exit_code == code, (done.output, done.exception)
    return done


def put(wire: Wire, document: Model, topic: str, at: int) -> None:
    """A document comes in."""
    wire.put(topic, str(document.model_dump()["id"]), document, at)


def product(wire: Wire, now: int) -> None:
    """Some people who buy, meet and are written to; one message has no date but that of its change."""
    likes = {"interests": ["art"], "cuisine_preference": ["Thai"], "age": 30, "occupation": "cook"}
    for number, person in enumerate(PEOPLE):
        put(wire, User.model_validate({"id": person, "email": f"{person}@x.jp"} | likes), "users", now)
        put(wire, Order(id=f"o{number}", user_id=person, amount=10, date=from_epoch_ms(now)), "orders", now)
        put(wire, Order(id="gone", user_id=person), "orders", now)
    wire.put("orders", "gone", None, now)
    for number in range(3):
        date, names = (
            from_epoch_ms(now - (number + 2) * DAY_MS),
            [f"{person}@x.jp" for person in PEOPLE[number:]],
        )
        event = Event.model_validate(
            {"id": f"e{number}", "date": date, "host": "Ploy", "participants": names}
        )
        put(wire, event, "events", now)
    put(wire, Message(id="m", user_id="p2", status="sent"), "messages", now - 3 * DAY_MS)
    put(wire, User(id="left", email="left@x.jp"), "users", now)
    wire.put("users", "left", None, now)


def profiles(wire: Wire, at: int) -> dict[str, bytes]:
    """The profiles as of one time: theirs is when something was heard last, and that was heard again."""
    return at_time(wire.latest("enriched-profiles"), at)


def at_time(latest: dict[str, bytes], at: int) -> dict[str, bytes]:
    """Profiles as of one time (epoch milliseconds)."""
    return {key: EnrichedProfile.loads(value).at(from_epoch_ms(at)).dumps() for key, value in latest.items()}


def in_states(wire: Wire, at: int) -> dict[str, bytes]:
    """The profiles that the states of `people` come to: what was said before does not show in them."""
    policy = load_policy(wire.settings.kairos_policy)
    stored = {
        key: value for key, value in wire.latest(CHANGELOG).items() if key.encode() not in RESERVED_KEYS
    }
    states = {key: CODEC.decode(unpack(value)[1]).stored for key, value in stored.items()}
    known = {key: stored for key, stored in states.items() if stored.user is not None}
    return {key: build_profile(stored, at, policy).dumps() for key, stored in known.items()}


def mails(wire: Wire) -> dict[str, bytes]:
    """Every decision to write, by its id; one id has one content."""
    found: dict[str, bytes] = {}
    for raw in wire.records("send-decisions"):
        decision = None if raw.value is None else SendDecision.loads(raw.value)
        if decision is not None and decision.slot is not None:
            assert found.setdefault(decision.id, decision.dumps()) == decision.dumps()
    return found


def settled(wire: Wire, now: int) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Profiles and mails, once everybody has been decided upon."""
    wire.watermark(now)
    wire.producer.flush()
    until(lambda: len(mails(wire)) == len(PEOPLE) - 1, PATIENT)  # but for who had a message
    until(lambda: wire.lag({"people": ["inbox"]}) == 0, PATIENT)
    return profiles(wire, now), mails(wire)


def rewrite(wire: Wire, forget: Any) -> None:
    """Change the states of `people`, which must not run, as its own newest owner would write them."""
    with_name = {raw.key: raw for raw in wire.records(CHANGELOG) if raw.key not in RESERVED_KEYS}
    producer = KafkaProducer(bootstrap_servers=wire.settings.brokers)
    for key, raw in with_name.items():
        head, body = unpack(raw.value or b"")
        stored = pack(*head, CODEC.encode(forget(raw, CODEC.decode(body))))
        name = wire.settings.name(CHANGELOG)
        producer.send(name, stored, key, headers=list(raw.headers), partition=raw.partition).get(10)
    producer.close()


def forget(raw: ConsumerRecord, person: Any) -> Any:
    """A state that has kept no more than an older version understood."""
    stored = person.stored
    user = {} if raw.key == LOST.encode() else {"user": stored.user}
    same = {name: getattr(stored, name) for name in ("id", "as_of", "due", "contact", "last")}
    person.stored = StoredPerson(**same, **user)
    return person


def delete(wire: Wire, topic: str) -> None:
    """Delete a topic, and wait until it is gone."""
    admin, name = KafkaAdminClient(bootstrap_servers=wire.settings.brokers), wire.settings.name(topic)
    admin.delete_topics([name])
    until(lambda: name not in admin.list_topics(), PATIENT)
    admin.close()
