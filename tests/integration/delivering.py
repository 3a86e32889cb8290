"""Mails to be delivered on the topics of a test, and what became of them."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from schemas.mail import Email, Engagement
from schemas.parked import ParkedMail
from schemas.permissions import Suppression
from schemas.profile import EnrichedProfile
from tests.integration.mail_sink import MailSink
from tests.integration.wire import Addressed, Wire
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import DEPLOY

HOUR_MS = 3_600_000
DOMAIN = "people.example"
SENDERS = """
[sender.en]
company = "Kairos Kitchen"
postal_address = "1 Main Street"
contact = "help@kairos.example"
opt_out_url = "https://kairos.example/stop"

[sender.ja]
company = "株式会社カイロス"
postal_address = "東京都千代田区一丁目一番一号"
contact = "help@kairos.example"
opt_out_url = "https://kairos.example/stop"
"""


def wire_to(sink: MailSink, services: Addressed, folder: Path, **settings: Any) -> Wire:
    """The topics of a test, with the settings of a `deliver` that uses a sink, quickly."""
    policy = folder / "policy.toml"
    policy.write_text((DEPLOY / "policy.toml").read_text("utf-8") + SENDERS, "utf-8")
    given = {
        "kairos_smtp_url": sink.url,
        "kairos_smtp_timeout_seconds": 1.0,
        "kairos_mail_from": "hello@mail.example",
        "kairos_policy": policy,
        "kairos_unsubscribe_url": "https://jobs.example/unsubscribe/{token}",
        "kairos_pace_start": 100.0,
        "kairos_pace_most": 200.0,
        "kairos_retry_seconds": "0.5,1",
    }
    return Wire.create(services, **(given | settings))


def register(wire: Wire, person: str, address: str | None = None) -> None:
    """Tell the address of a person, as `people` does."""
    value = EnrichedProfile.EXAMPLES[0] | {"id": person, "email": address or f"{person}@{DOMAIN}"}
    wire.put("enriched-profiles", person, EnrichedProfile.model_validate(value), now_ms())


def write_mail(wire: Wire, person: str, **fields: Any) -> Email:
    """Write a mail to a person, valid for an hour, as `mail` does."""
    now = now_ms()
    own = {"id": f"{person}:1", "decision_id": f"{person}:1", "person": person, "written_at": now}
    mail = Email.model_validate(Email.EXAMPLES[0] | own | {"valid_until": now + HOUR_MS} | fields)
    wire.put("emails", person, mail, now)
    return mail


def outcomes(wire: Wire) -> dict[str, list[Engagement]]:
    """What was told of each decision, in order, each record once."""
    told: dict[str, dict[bytes, Engagement]] = defaultdict(dict)
    for raw in wire.records("engagements"):
        value = Engagement.loads(raw.value or b"")
        told[value.decision_id][dict(raw.headers)["ce_id"] or b""] = value
    return {decision: [*values.values()] for decision, values in told.items()}


def parked(wire: Wire) -> dict[str, ParkedMail]:
    """The parked mails by person."""
    values = map(ParkedMail.loads, wire.latest("parked-mails").values())
    return {value.person: value for value in values}


def suppressed(wire: Wire) -> list[Suppression]:
    """All suppressions."""
    return [*map(Suppression.loads, wire.latest("suppressions").values())]


def told(wire: Wire) -> dict[str, str]:
    """The outcome of each decision by person; told twice is one too many."""
    found = outcomes(wire)
    assert all(len(values) == 1 for values in found.values())
    return {decision.partition(":")[0]: values[0].outcome for decision, values in found.items()}
