"""What a reply of a mail server means for the mail: rows, the first that fits decides. Pure.

The same number means another thing at another command: a 5xx to RCPT is about the person, a 5xx at the
connection, to MAIL FROM or to the message is about us, and suppresses nobody.
"""

import re
from typing import Literal, NamedTuple

Command = Literal["connect", "mail", "rcpt", "data"]  # to which the reply came
Meaning = Literal[
    "suppress",  # nobody is there: never again
    "bounced",  # it came back, and we do not know that nobody is there
    "full",  # the mailbox is full: later, and it came back in the end
    "retry",  # later
    "slow",  # later, and less for this group of domains
    "refused",  # not this mail from us; nothing of it is the person's doing
    "blocked",  # they do not want us, so nothing more goes there for a while
    "unfit",  # our message or our commands are wrong: a person has to look
]
RCPT: frozenset[Command] = frozenset({"rcpt"})
ANYWHERE: frozenset[Command] = frozenset({"connect", "mail", "rcpt", "data"})
ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
LATER: frozenset[Meaning] = frozenset({"full", "retry", "slow"})
NO_SUCH_USER = (
    r"user unknown|unknown user|no such (user|recipient|mailbox|person)|does ?n.t exist|does not exist|"
    r"unknown recipient|recipient (address )?unknown|invalid (recipient|mailbox)|no mailbox|"
    r"mailbox (not found|unavailable)|address not found|宛先.*(不明|存在)|存在しません"
)
OUR_DOING = (
    r"spam|blacklist|blocklist|block list|blocked|dnsbl|rbl|reputation|dmarc|dkim|spf|policy|"
    r"unsolicited|bulk|rejected due to|relay(ing)? (access )?denied|not permitted|authenticat"
)
THROTTLED = r"throttl|rate limit|sending rate|too many|try again later|temporarily deferred|excessive"


class SmtpReply(NamedTuple):
    """A reply: the command that it came to, its code, and its text with the enhanced code."""

    command: Command
    code: int
    text: str = ""

    @property
    def enhanced(self) -> str:
        """The enhanced code (5.1.1), empty without one."""
        found = ENHANCED.search(self.text)
        return found[1] if found is not None else ""


class ReplyRow(NamedTuple):
    """Which replies mean something: all of the patterns must be found; an empty one is found everywhere."""

    name: str
    meaning: Meaning
    commands: frozenset[Command] = ANYWHERE
    code: str = ""
    enhanced: str = ""
    text: str = ""

    def fits(self, reply: SmtpReply) -> bool:
        """Whether the row is about a reply."""
        return (
            reply.command in self.commands
            and re.match(self.code, str(reply.code)) is not None
            and re.match(self.enhanced, reply.enhanced) is not None
            and re.search(self.text, reply.text, re.IGNORECASE) is not None
        )


ROWS = (
    ReplyRow("service closes", "slow", code="421$"),
    ReplyRow("throttled", "slow", code="4", text=THROTTLED),
    ReplyRow("too much of us", "slow", code="4", enhanced=r"4\.7\."),
    ReplyRow("local error", "slow", code="45[14]$", enhanced=r"(?!4\.2\.2)"),
    ReplyRow("mailbox full for now", "full", RCPT | {"data"}, code="4", enhanced=r"4\.2\.2$"),
    ReplyRow("later", "retry", code="4"),
    ReplyRow("no such user", "suppress", RCPT, code="5", enhanced=r"5\.1\.(1|2|3|6|10)$"),
    ReplyRow("mailbox disabled", "suppress", RCPT, code="5", enhanced=r"5\.2\.1$"),
    ReplyRow("mailbox full", "full", RCPT | {"data"}, code="5", enhanced=r"5\.2\.2$"),
    ReplyRow("policy", "blocked", code="5", enhanced=r"5\.7\."),
    ReplyRow("sender's address", "blocked", code="5", enhanced=r"5\.1\.[78]$"),
    ReplyRow("protocol", "unfit", code="5", enhanced=r"5\.5\."),
    ReplyRow("content", "unfit", code="5", enhanced=r"5\.6\."),
    ReplyRow("too large", "unfit", code="5", enhanced=r"5\.(3\.4|2\.3)$"),
    ReplyRow("syntax", "unfit", code="50[0-4]$"),
    ReplyRow("policy in words", "blocked", code="5", text=OUR_DOING),
    ReplyRow(
        "mailbox full in words", "full", RCPT | {"data"}, code="5", text=r"quota|mailbox.*full|over ?limit"
    ),
    ReplyRow("size", "unfit", frozenset({"mail", "data"}), code="552$"),
    ReplyRow("no such user in words", "suppress", RCPT, code="55[0135]$", text=NO_SUCH_USER),
    ReplyRow("refused person", "bounced", RCPT, code="5"),
    ReplyRow("refused sender", "refused", code="5"),
)


def row_of(reply: SmtpReply) -> ReplyRow | None:
    """The row of a reply that is not a success; None for a code that no server may give."""
    return next((row for row in ROWS if row.fits(reply)), None)
