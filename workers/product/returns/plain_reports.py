"""Reports of mail systems in words, without the fields of RFC 3464: rows, the first that fits decides. Pure.

To add a form, put a row into FORMS: what its headers look like, and the line that says why.
"""

import re
from email.header import decode_header, make_header
from email.message import Message
from typing import NamedTuple

from workers.product.returns.replies import ENHANCED, NO_SUCH_USER
from workers.product.returns.reports import CODE, ReportPart, failure, payload_of

MOST_TEXT = 20_000
SENDERS = r"mailer-daemon|postmaster|mail delivery (sub)?system|mail administrator"
SUBJECTS = (
    r"undeliver|returned mail|delivery (status notification|failure|has failed|failed)|mail delivery failed|"
    r"failure notice|could not be delivered|mail system error|配信.*(失敗|不能|エラー)|送信.*(失敗|エラー)|"
    r"配送.*(失敗|できません)|受信者.*不明"
)
DELAYS = r"delay|warning: (message|could not)|still being retried|will (keep trying|be retried)|遅延"
REASON = re.compile(
    rf"[^\n]*(?:#?{ENHANCED.pattern}|(?:^|[^\d.])[45]\d\d[ -]|{NO_SUCH_USER}|quota|mailbox[^\n]*full)[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)


class PlainForm(NamedTuple):
    """A form: patterns of the sender's address and name, of the subject, of the text; all must be found."""

    name: str
    sender: str = ""
    subject: str = ""
    text: str = ""
    header: str = ""  # that must be there


FORMS = (
    PlainForm("exim", header="X-Failed-Recipients"),
    PlainForm("qmail", text=r"this is the (qmail-send|mail delivery) program|qmail"),
    PlainForm("a mail system's", sender=SENDERS, subject=SUBJECTS),
    PlainForm("in a broken report", sender=SENDERS, text=r"(final-recipient|diagnostic-code|status):"),
    PlainForm("a carrier's", sender=SENDERS, text=NO_SUCH_USER),
)


def of_plain(message: Message) -> ReportPart | None:
    """What a mail says that is a report in words; None for one of another form.

    One whose form is known, and whose reason is not, came back: nobody knows that there is nobody.
    """
    sender, subject = header(message, "From"), header(message, "Subject")
    text = text_of(message)
    if not any(fits(form, message, sender, subject, text) for form in FORMS):
        return None
    if re.search(DELAYS, subject, re.IGNORECASE):
        return ReportPart("delayed")
    reason = REASON.search(text)
    line = " ".join(reason[0].split()) if reason is not None else ""
    status, code = ENHANCED.search(line), CODE.search(line)
    if code is not None and code[1].startswith("4") and status is None:
        return ReportPart("bounced", diagnostic=line)
    found = status[1] if status is not None else ""
    return ReportPart(failure(found, line), status=found, diagnostic=line)


def fits(form: PlainForm, message: Message, sender: str, subject: str, text: str) -> bool:
    """Whether a mail has a form."""
    found = ((form.sender, sender), (form.subject, subject), (form.text, text))
    return all(re.search(pattern, given, re.IGNORECASE) is not None for pattern, given in found) and (
        not form.header or form.header in message
    )


def header(message: Message, name: str) -> str:
    """The text of a header, its encoded words read; as it stands where that cannot be done."""
    value = str(message.get(name, ""))
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, UnicodeError):
        return value


def text_of(message: Message) -> str:
    """The first parts of text of a mail, up to the mail that it returns."""
    texts: list[str] = []
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            break
        if part.get_content_maintype() in {"text", "message"} and not part.is_multipart():
            texts.append(decoded(part))
    return "\n".join(texts)[:MOST_TEXT]


def decoded(part: Message) -> str:
    """The text of a part, in its own character set where that is known."""
    try:
        return payload_of(part).decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return payload_of(part).decode("ascii", "replace")
