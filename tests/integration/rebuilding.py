"""For tests of `kairos rebuild people`: a small product, and ways to lose the states of `people`."""

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

DAY_MS = 86_400_000
CODEC = stage(Policy()).codec
LOST = "p1"  # `without_facts` removes all facts of this person, and of the others all but the user
PEOPLE = tuple(f"p{number}" for number in range(6))


def rebuild(wire: Wire, code: int = 0) -> Result:
    """Run the command as its user does."""
    done = CliRunner().invoke(kairos, ["rebuild", "people"], env=wire.settings.environment())
    assert done.exit_code == code, (done.output, done.exception)
    return done


def put(wire: Wire, document: Model, topic: str, at: int) -> None:
    """Write a document."""
    wire.put(topic, str(document.model_dump()["id"]), document, at)


def product(wire: Wire, now: int) -> None:
    """Write users, orders, events and messages; one message has no date but the time of its change."""
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
    """The live profiles as of one time; their own is that of the last record, so a rebuild changes it."""
    return at_time(wire.latest("enriched-profiles"), at)


def at_time(latest: dict[str, bytes], at: int) -> dict[str, bytes]:
    """Profiles as of one time (epoch milliseconds)."""
    return {key: EnrichedProfile.loads(value).at(from_epoch_ms(at)).dumps() for key, value in latest.items()}


def profiles_of_states(wire: Wire, at: int) -> dict[str, bytes]:
    """The profiles that the stored states of `people` amount to, whatever was written before."""
    policy = load_policy(wire.settings.kairos_policy)
    stored = {
        key: value for key, value in wire.latest(CHANGELOG).items() if key.encode() not in RESERVED_KEYS
    }
    states = {key: CODEC.decode(unpack(value)[1]).stored for key, value in stored.items()}
    known = {key: stored for key, stored in states.items() if stored.user is not None}
    return {key: build_profile(stored, at, policy).dumps() for key, stored in known.items()}


def mails(wire: Wire) -> dict[str, bytes]:
    """Every decision to write, by its id; one id has one content."""
    decisions: dict[str, bytes] = {}
    for record in wire.records("send-decisions"):
        decision = None if record.value is None else SendDecision.loads(record.value)
        if decision is not None and decision.slot is not None:
            assert decisions.setdefault(decision.id, decision.dumps()) == decision.dumps()
    return decisions


def after_decisions(wire: Wire, now: int) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Profiles and mails, once there is a decision about every person."""
    wire.watermark(now)
    wire.producer.flush()
    until(lambda: len(mails(wire)) == len(PEOPLE) - 1)  # all but the person with a message
    until(lambda: wire.lag({"people": ["inbox"]}) == 0)
    return profiles(wire, now), mails(wire)


def rewrite(wire: Wire, change: Any) -> None:
    """Rewrite the states of `people`, which must not run, with the headers of their last owner."""
    latest = {record.key: record for record in wire.records(CHANGELOG) if record.key not in RESERVED_KEYS}
    producer = KafkaProducer(bootstrap_servers=wire.settings.brokers)
    name = wire.settings.name(CHANGELOG)
    for key, record in latest.items():
        head, body = unpack(record.value or b"")
        stored = pack(*head, CODEC.encode(change(record, CODEC.decode(body))))
        producer.send(name, stored, key, headers=list(record.headers), partition=record.partition).get(10)
    producer.close()


def without_facts(record: ConsumerRecord, person: Any) -> Any:
    """The state without the facts that an older version did not store."""
    stored = person.stored
    user = {} if record.key == LOST.encode() else {"user": stored.user}
    same = {name: getattr(stored, name) for name in ("id", "as_of", "due", "contact", "last_decision")}
    person.stored = StoredPerson(**same, **user)
    return person


def delete(wire: Wire, topic: str) -> None:
    """Delete a topic, and wait until it does not exist any more."""
    admin, name = KafkaAdminClient(bootstrap_servers=wire.settings.brokers), wire.settings.name(topic)
    admin.delete_topics([name])
    until(lambda: name not in admin.list_topics())
    admin.close()
