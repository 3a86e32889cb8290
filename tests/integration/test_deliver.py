"""Mails are handed over to a mail server that refuses, is slow, and cuts connections: each at most once."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import SecretStr

from schemas.model import from_epoch_ms
from schemas.permissions import MailPause, Suppression, address_hash
from tests.integration.delivering import (
    DOMAIN,
    outcomes,
    parked,
    register,
    suppressed,
    told,
    wire_to,
    write_mail,
)
from tests.integration.mail_sink import MailSink, running
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.soak.deliver_kills import run as run_kills
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
# by the name of the recipient: what is told of the mail, whether it is parked, and how often it was accepted
FAULTS: dict[str, tuple[str | None, bool, int]] = {
    "fine": ("sent", False, 1),
    "nobody": ("bounced", False, 0),
    "strange": ("bounced", False, 0),
    "full": ("bounced", False, 0),
    "at-data": ("failed", False, 0),
    "once-later": ("sent", False, 1),
    "once-cut": ("sent", False, 1),
    "cut-rcpt": ("failed", False, 0),
    "throttled": ("expired", False, 0),
    "late": ("sent", False, 1),
    "unfit": (None, True, 0),
    "cut-before": (None, True, 0),
    "cut-after": (None, True, 1),
    "too-late": (None, True, 1),
}


@pytest.fixture
def sink() -> Iterator[MailSink]:
    """A mail server without TLS."""
    with running(MailSink()) as sink:
        yield sink


@pytest.fixture
def wire(sink: MailSink, services: Addressed, tmp_path: Path) -> Iterator[Wire]:
    """The topics of one test."""
    wire = wire_to(sink, services, tmp_path)
    yield wire
    wire.close()


def test_every_fault_has_its_outcome_and_no_mail_is_accepted_twice(
    wire: Wire, sink: MailSink, tmp_path: Path
) -> None:
    """Nothing is lost: what was not told is parked. Nothing comes again after a restart."""
    held = {"full", "throttled", "cut-rcpt"}
    for name in FAULTS:
        register(wire, name, "throttled@gmail.com" if name == "throttled" else None)  # which slows its group
        if name not in held:
            write_mail(wire, name)
    with workers(["deliver"], wire.settings, tmp_path):
        until(lambda: "fine" in told(wire))  # however long a start takes, there is time for an attempt
        short = now_ms() + 75_000  # of which the last minute is not used
        for name in held:
            write_mail(wire, name, valid_until=short)
        until(lambda: len(told(wire)) + len(parked(wire)) == len(FAULTS))
    with workers(["deliver"], wire.settings, tmp_path):
        register(wire, "last")
        write_mail(wire, "last")
        until(lambda: "last" in told(wire))

    expected = {name: outcome for name, (outcome, _, _) in FAULTS.items() if outcome} | {"last": "sent"}
    assert told(wire) == expected
    assert parked(wire).keys() == {name for name, (_, is_parked, _) in FAULTS.items() if is_parked}
    accepted = {f"{name}@{DOMAIN}": count for name, (_, _, count) in FAULTS.items() if count}
    assert dict(sink.counts()) == accepted | {f"last@{DOMAIN}": 1}
    assert [(each.subject, each.reason) for each in suppressed(wire)] == [
        (f"address:{address_hash(f'nobody@{DOMAIN}')}", "bounced")
    ]
    assert parked(wire)["cut-after"].mail.subject == "Another evening at The Vault?"
    assert "@" not in "".join(value.detail or "" for each in outcomes(wire).values() for value in each)


def test_a_refusal_of_us_stops_its_provider_alone(wire: Wire, sink: MailSink, tmp_path: Path) -> None:
    """Nobody is suppressed; the next mail there is given back without a question."""
    for person, address in (("policy", ""), ("other", ""), ("else", "else@elsewhere.example")):
        register(wire, person, address or None)
    with workers(["deliver"], wire.settings, tmp_path):
        write_mail(wire, "policy")
        until(lambda: "policy" in told(wire))
        for person in ("other", "else"):
            write_mail(wire, person)
        until(lambda: len(told(wire)) == 3)

    assert told(wire) == {"policy": "failed", "other": "failed", "else": "sent"}
    assert sink.asked[f"other@{DOMAIN}"] == 0
    assert suppressed(wire) == []


def test_what_is_said_while_the_server_thinks_counts(wire: Wire, sink: MailSink, tmp_path: Path) -> None:
    """Right before the message it is looked at again: suppressions, pauses, and the address."""
    wire_to_wait = wire.settings.model_copy(update={"kairos_smtp_timeout_seconds": 30.0})
    people = ("unsubscribed", "paused", "campaign", "fine")
    for person in people:
        register(wire, person)
    sink.holds.set()
    with workers(["deliver"], wire_to_wait, tmp_path):
        for person in people:
            write_mail(wire, person, campaign="digest" if person == "campaign" else None)
        until(lambda: len(sink.asked) == len(people))
        at = from_epoch_ms(now_ms())
        stop = Suppression(subject="person:unsubscribed", reason="unsubscribed", at=at)
        wire.put("suppressions", stop.key, stop, now_ms())
        for subject in ("person:paused", "campaign:digest"):
            pause = MailPause(subject=subject, at=at, by="ops", why="a test")
            wire.put("controls", pause.key, pause, now_ms())
        wire.producer.flush()
        until(lambda: seen(wire, tmp_path))
        sink.holds.clear()
        sink.lets_go.set()
        until(lambda: len(told(wire)) == len(people))

    assert told(wire) == dict.fromkeys(people, "withdrawn") | {"fine": "sent"}
    assert dict(sink.counts()) == {f"fine@{DOMAIN}": 1}


def seen(wire: Wire, folder: Path) -> bool:
    """Whether enough time has passed for what was said to be known: twice that of a look at rest."""
    said = max(raw.timestamp for topic in ("suppressions", "controls") for raw in wire.records(topic))
    return now_ms() - said > 2_000


def test_the_message_is_whole_and_one_click_is_enough(wire: Wire, sink: MailSink, tmp_path: Path) -> None:
    """As it arrives: Japanese subject and sender, both headers of RFC 8058, and no long line."""
    register(wire, "mia")
    register(wire, "jun")
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    signing = {"kairos_dkim_key": SecretStr(pem), "kairos_dkim_selector": "k1"}
    with workers(["deliver"], wire.settings.model_copy(update=signing), tmp_path):
        write_mail(
            wire,
            "mia",
            language="ja",
            subject="今週のおすすめ求人です🎉" * 6,
            text="本文\n.\n..点",
            html=None,
        )
        write_mail(wire, "jun", valid_until=now_ms() + 30_000)
        until(lambda: len(told(wire)) == 2)

    assert told(wire) == {"mia": "sent", "jun": "expired"}
    (message,) = sink.messages()
    assert message["From"] == "株式会社カイロス <hello@mail.example>"
    assert message["Subject"] == "今週のおすすめ求人です🎉" * 6
    assert message["List-Unsubscribe"].startswith("<https://jobs.example/unsubscribe/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == "本文\n.\n..点"
    assert html["Content-Transfer-Encoding"] == "base64"
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + b64encode(public)
    assert dkim.verify(sink.accepted[0][2], dnsfunc=lambda name, timeout=5: record)
    assert max(map(len, sink.accepted[0][2].split(b"\r\n"))) <= 998


def test_killed_again_and_again_no_mail_is_accepted_twice_and_none_is_lost(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The short run; `make soak` has the long one."""
    outcome = run_kills(services, tmp_path, seed=request.config.getoption("--seed") or 42, mails=60, kills=3)
    print(outcome)
    assert outcome.kills == 3
    assert outcome.twice == 0
    assert outcome.lost == 0
    assert outcome.sent + outcome.parked == outcome.mails
    assert outcome.parked <= outcome.kills * outcome.at_once
