"""Reports of mail systems, read from raw mails."""

from base64 import encodebytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.model import from_epoch_ms
from schemas.permissions import address_hash
from schemas.returns import MailReturn
from tests.unit.product.returns.raw_reports import (
    ADDRESS,
    KEY,
    REFERENCE,
    REFERENCES,
    VERP,
    complaint,
    plain_report,
    status_report,
)
from workers.product.returns.reading import NamedReturn, read_return
from workers.product.returns.references import MailReferences

AT = 1_707_523_200_000


def read(raw: bytes) -> NamedReturn | None:
    """What a raw mail reports."""
    return read_return(raw, REFERENCES, "mailbox", AT)


def says(raw: bytes) -> str | None:
    """Only what it says of the mail, None for nothing."""
    found = read(raw)
    assert found is None or found.key == KEY
    return None if found is None else found.value.says


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "kind"),
    [
        ("failed", "5.1.1", "550 5.1.1 user unknown", "suppress"),
        ("failed", "5.1.1", "", "suppress"),
        ("failed", "5.0.0", "550 User unknown", "suppress"),
        ("failed", "5.2.1", "550 5.2.1 disabled", "suppress"),
        ("failed", "5.2.2", "552 5.2.2 mailbox full", "full"),
        ("failed", "4.2.2", "452 4.2.2 mailbox full", "full"),
        ("failed", "5.7.1", "550 5.7.1 user unknown, says the policy", "blocked"),
        ("failed", "5.7.26", "550-5.7.26 DMARC", "blocked"),
        ("failed", "4.4.7", "given up", "bounced"),
        ("failed", "4.1.1", "450 4.1.1 given up", "bounced"),
        ("failed", "5.6.1", "554 5.6.1 media", "unfit"),
        ("failed", "5.1.1 (no such user)", "", "suppress"),
        ("failed", "", "", "bounced"),
        ("delayed", "4.4.1", "", "delayed"),
        ("relayed", "2.0.0", "", "delivered"),
        ("delivered", "2.0.0", "", "delivered"),
        ("something", "5.1.1", "", "delayed"),
    ],
)
@pytest.mark.parametrize("headers", ["text/rfc822-headers", "message/rfc822"])
def test_a_status_is_read(action: str, status: str, diagnostic: str, kind: str, headers: str) -> None:
    """Only the action `failed` is a bounce, and what is our doing suppresses nobody."""
    assert says(status_report(action, status, diagnostic, headers=headers)) == kind


def test_what_is_written_of_a_report_holds_no_address() -> None:
    """Hashes of the recipients, and words without them."""
    found = read(status_report(diagnostic=f"550 5.1.1 <{ADDRESS}> unknown"))

    assert found == NamedReturn(
        KEY,
        MailReturn(
            says="suppress",
            detail="5.1.1 550 5.1.1 (address) unknown",
            recipients=[address_hash(ADDRESS)],
            source="mailbox",
            at=from_epoch_ms(AT),
        ),
    )


def test_the_mail_is_named_by_whatever_holds_its_reference() -> None:
    """The Message-ID that is returned, the address of the report in any case, the id of the envelope."""
    envelope = f"Original-Envelope-Id: {REFERENCE}"
    assert says(status_report(id="other", envelope=envelope)) == "suppress"
    assert says(status_report(id="other", to=VERP)) == "suppress"
    assert says(status_report(id="other", to=VERP.upper())) == "suppress"
    assert says(status_report(id="other")) is None
    assert says(status_report(id=REFERENCE[:-1] + "g")) is None


def test_a_reference_that_is_forged_names_nothing() -> None:
    """Whoever knows a decision's id cannot make up a bounce of its mail; an old key still proves."""
    forger = MailReferences({"k1": "a secret of somebody else, of forty signs"})
    assert read(status_report(id=forger.sign("mia:1"))) is None
    assert read(status_report(id=REFERENCE[:-1] + ("0" if REFERENCE[-1] != "0" else "1"))) is None
    old = MailReferences({"k1": "an old one of as many"})
    assert says(status_report(id=old.sign("mia:1"))) == "suppress"


def test_a_report_that_names_two_mails_is_of_none() -> None:
    """Unless the address that it went to says which."""
    other = REFERENCES.sign("jun:1")
    both = f"Original-Envelope-Id: {other}"
    assert read(status_report(envelope=both)) is None
    assert says(status_report(envelope=both, to=VERP)) == "suppress"


def test_of_several_recipients_the_report_that_harms_least_counts() -> None:
    """A list or a forwarding has made more of ours."""
    more = "Final-Recipient: rfc822; b@people.example\nAction: delivered\nStatus: 2.0.0\n"
    assert says(status_report(envelope=f"\n{more}")) == "delivered"


def test_fields_that_are_encoded_or_broken_are_read_as_far_as_they_can_be() -> None:
    """In base64, against the standard; and without the blank lines of the blocks."""
    plain = status_report()
    fields = plain[plain.index(b"Reporting-MTA") : plain.index(b"\r\n\r\n--b\r\nContent-Type: text/rfc822")]
    encoded = encodebytes(fields).replace(b"\n", b"\r\n")
    raw = plain.replace(fields, encoded).replace(
        b"message/delivery-status\r\n", b"message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n"
    )
    assert says(raw) == "suppress"
    assert says(
        plain.replace(b"Action: failed\r\n", b"").replace(b"bounces@mail.example", VERP.encode())
    ) == ("bounced")


@pytest.mark.parametrize("type_", ["abuse", "fraud", "opt-out", "not-spam"])
def test_a_complaint_is_read(type_: str) -> None:
    """Of the kinds that are complaints."""
    assert says(complaint(type_)) == ("complained" if type_ in {"abuse", "fraud"} else None)


QMAIL = """Hi. This is the qmail-send program at relay.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<mia@people.example>:
{reason}
"""


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (plain_report(QMAIL.format(reason="Sorry, no mailbox here by that name. (#5.1.1)")), "suppress"),
        (plain_report(QMAIL.format(reason="Message rejected. (#5.7.1)")), "blocked"),
        (plain_report(QMAIL.format(reason="user is over quota (#5.2.2)")), "full"),
        (plain_report("mia@people.example\n  550 User unknown", subject="Mail delivery failed"), "suppress"),
        (plain_report("550 5.7.1 blocked", subject="Undeliverable: Hello"), "blocked"),
        (plain_report("It did not work.", subject="Returned mail: see transcript"), "bounced"),
        (plain_report("451 4.4.1 try later", subject="Warning: could not send message"), None),
        (plain_report("not yet", subject="Delivery Status Notification (Delay)"), "delayed"),
        (plain_report("宛先が存在しません", subject="Mail System Error - Returned Mail"), "suppress"),
        (plain_report("宛先不明です", subject="配信エラー", charset="iso-2022-jp"), "suppress"),
        (plain_report("450 4.2.0 no", subject="failure notice"), "bounced"),
        (plain_report("I am away until Monday", "mia@people.example", "Out of office"), None),
        (plain_report("550 5.1.1 user unknown", "mia@people.example", "Re: Hello"), None),
        (plain_report("I do not want this", "Mail Delivery <postmaster@x.example>", "Hello"), None),
    ],
)
def test_a_report_in_words_is_read(raw: bytes, kind: str | None) -> None:
    """Of the forms that are known; a vacation notice or an answer says nothing, whatever stands in it."""
    assert says(raw) == kind


def test_what_is_no_report_says_nothing() -> None:
    """A reply, a vacation notice, a receipt of reading, and a bounce that names no mail."""
    assert read(b"Subject: out of office\r\nAuto-Submitted: auto-replied\r\n\r\nI am away") is None
    assert read(b"From: mailer-daemon@x\r\nSubject: Undelivered\r\n\r\n550 5.1.1 user unknown") is None
    assert read(b"") is None
    receipt = status_report().replace(b"delivery-status;", b"disposition-notification;", 1)
    assert says(receipt.replace(b"Undelivered Mail Returned to Sender", b"Read: Hello")) is None


@given(st.binary(max_size=300), st.integers(0, 1200))
def test_no_bytes_raise(noise: bytes, at: int) -> None:
    """Whatever comes from outside may be anything."""
    raw = status_report("failed", "5.1.1", "550 no")
    read(raw[:at] + noise + raw[at:])
    read(raw[:at] + noise)
    read(noise)


@given(st.binary(max_size=60), st.integers(0, 1200))
def test_a_damaged_report_never_names_another_mail(noise: bytes, at: int) -> None:
    """It is of its mail or of none."""
    raw = status_report()
    says(raw[:at] + noise + raw[at + len(noise) :])
