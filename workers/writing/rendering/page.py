"""What a mail shows, in the order in which it is read: the input of both templates."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class JobCard:
    """One job; what is empty or None is left out."""

    title: str
    url: str | None
    company: str = ""
    location: str = ""
    salary: str | None = None
    line: str = ""  # one sentence about the job
    reason: str = ""  # why this person sees it


@dataclass(frozen=True, slots=True)
class EventCard:
    """The event of an invitation; what is empty is left out. `reply` stands where it has no page."""

    title: str
    when: str
    venue: str = ""
    area: str = ""
    host: str = ""
    price: str = ""
    reasons: tuple[str, ...] = ()  # why this person is invited, one sentence each
    reply: str = ""


@dataclass(frozen=True, slots=True)
class SectionBlock:
    """Jobs under one heading; without jobs it is not shown."""

    title: str
    intro: str
    jobs: tuple[JobCard, ...]
    call_to_action: str = ""
    url: str | None = None  # where the call to action leads


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends the mail, as the laws of Japan and of the United States want it shown."""

    company: str
    postal_address: str
    contact: str  # where questions go: a phone number, a mail address or an URL
    opt_out_url: str | None = None  # a page, or a mailto URL
    site_url: str | None = None
    notice: str = ""  # such as that the mail is an advertisement
    honeypot_url: str | None = None  # a link that no reader sees, only programs follow it


@dataclass(frozen=True, slots=True)
class MailPage:
    """A whole mail; its texts are values, never templates."""

    language: Literal["ja", "en"]
    subject: str
    preheader: str  # the line that a list of mails shows beside the subject
    greeting: str
    introduction: tuple[str, ...]  # paragraphs
    sections: tuple[SectionBlock, ...]
    closing: str
    signature: str
    sender: Sender | None = None
    action: tuple[str, str] | None = None  # text and URL of the main button
    event: EventCard | None = None
    farewell: str = ""  # a line above the signature
