"""What replies of mail servers mean, row by row."""

from typing import get_args

import pytest

from workers.product.returns.replies import ROWS, Command, ReplyRow, SmtpReply, row_of

CASES = {
    "service closes": [("connect", 421, "4.3.2 closing"), ("data", 421, "")],
    "throttled": [("data", 454, "Throttling failure: Maximum sending rate"), ("rcpt", 450, "too many")],
    "too much of us": [("rcpt", 450, "4.7.1 greylisted"), ("mail", 452, "4.7.0 wait")],
    "local error": [("data", 451, "4.3.0 error"), ("rcpt", 454, "no")],
    "mailbox full for now": [("rcpt", 452, "4.2.2 over quota")],
    "later": [("rcpt", 450, "mailbox busy"), ("data", 452, "4.3.1 disk")],
    "no such user": [("rcpt", 550, "5.1.1 <a@b.c>"), ("rcpt", 550, "5.1.10 null"), ("rcpt", 553, "5.1.3")],
    "mailbox disabled": [("rcpt", 550, "5.2.1 disabled")],
    "mailbox full": [("rcpt", 552, "5.2.2 full"), ("data", 552, "5.2.2 full")],
    "policy": [("rcpt", 550, "5.7.1 user unknown"), ("data", 554, "5.7.26 DMARC"), ("mail", 550, "5.7.60")],
    "sender's address": [("rcpt", 550, "5.1.8 sender domain")],
    "protocol": [("rcpt", 501, "5.5.4 arguments"), ("data", 503, "5.5.1 sequence")],
    "content": [("data", 554, "5.6.0 conversion")],
    "too large": [("data", 552, "5.3.4 too big"), ("mail", 552, "5.2.3 length")],
    "syntax": [("mail", 501, "syntax"), ("rcpt", 503, "bad sequence")],
    "policy in words": [("rcpt", 550, "blocked by our blocklist"), ("rcpt", 554, "Relay access denied")],
    "mailbox full in words": [("rcpt", 552, "mailbox is full"), ("data", 554, "Quota exceeded")],
    "size": [("data", 552, "message exceeds the limit"), ("mail", 552, "no")],
    "no such user in words": [("rcpt", 550, "User unknown"), ("rcpt", 551, "宛先が存在しません")],
    "refused person": [("rcpt", 550, "no"), ("rcpt", 553, "sorry")],
    "refused sender": [("data", 550, "no"), ("mail", 550, "5.1.1 x"), ("connect", 554, "no service")],
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_has_cases_which_it_decides(row: ReplyRow) -> None:
    """It is the first that fits; without it another meaning would be found for one of them, or none."""
    replies = [SmtpReply(*case) for case in CASES[row.name]]  # type: ignore[arg-type]
    assert [row_of(reply) for reply in replies] == [row] * len(replies)


def test_nobody_is_suppressed_for_what_is_about_us() -> None:
    """At the connection, at MAIL FROM and at the message, whatever the server says."""
    texts = ["", "5.1.1 user unknown", "5.2.1 disabled", "no such user", "5.7.1 user unknown"]
    for command in get_args(Command):
        for text in texts:
            for code in range(500, 560):
                row = row_of(SmtpReply(command, code, text))
                assert row is not None
                assert row.meaning != "suppress" or (command == "rcpt" and not text.startswith("5.7"))


@pytest.mark.parametrize("command", get_args(Command))
def test_every_refusal_means_something_and_a_success_nothing(command: Command) -> None:
    """4xx is never for good, 5xx never for later but a full mailbox."""
    for code in range(400, 500):
        row = row_of(SmtpReply(command, code))
        assert row is not None
        assert row.meaning in {"retry", "slow"}
    for code in range(500, 600):
        row = row_of(SmtpReply(command, code))
        assert row is not None
        assert row.meaning not in {"retry", "slow"}
    assert row_of(SmtpReply(command, 250)) is None
    assert row_of(SmtpReply(command, 354)) is None


def test_the_enhanced_code_is_one() -> None:
    """An IP address, or a version, is none."""
    assert SmtpReply("rcpt", 550, "from 5.1.1.7 refused").enhanced == ""
    assert SmtpReply("rcpt", 550, "5.1.1 no").enhanced == "5.1.1"
