"""The mailbox of the demo's mail server: all mails, those of a person, and one mail. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from schemas.documents import Event
from schemas.model import from_epoch_ms
from workers.demo.site.layout import SitePage, document
from workers.demo.site.mail_content import MailContent
from workers.demo.site.site_texts import counted, day_text, moment_text
from workers.demo.site.source import Visitor
from workers.serve.markup import Markup, html, joined

Recipients = Mapping[str, Visitor]  # by address


def mails_path(person: str) -> str:
    """The address of the mails to a person."""
    return f"/mails/?{urlencode({'to': person})}"


def mail_path(number: int) -> str:
    """The address of a mail."""
    return f"/mails/{number}/"


def mailbox_page(
    page: SitePage, mails: Sequence[MailContent], recipients: Recipients, person: Visitor | None = None
) -> str:
    """Mails, newest first: all that are kept, or those to a person."""
    title = page.text("mails") if person is None else page.text("mails_to", person.name or person.id)
    content = html(
        """<h1>{title}</h1>
<p class="lead">{lead}</p>
{all}<p class="count" role="status">{count}</p>
{list}""",
        title=title,
        lead=page.text("mails_lead"),
        all=html('<p><a href="/mails/">← {text}</a></p>', text=page.text("all_mails")) if person else None,
        count=counted(page.language, "mails_count", len(mails)),
        list=mail_list(page, mails, recipients) if mails else nobody_wrote(page, person),
    )
    return document(page, title, content, "mails")


def nobody_wrote(page: SitePage, person: Visitor | None) -> Markup:
    """What stands instead of an empty list."""
    return html(
        '<p class="empty">{text}</p>', text=page.text("no_mails" if person is None else "no_mails_to")
    )


def mail_list(page: SitePage, mails: Sequence[MailContent], recipients: Recipients) -> Markup:
    """Mails as the rows of a mailbox."""
    items = joined(
        html(
            '<li><span class="quiet">{when}</span><div><h2{lang}><a href="{path}">{subject}</a></h2>'
            '<p class="facts">{to}</p></div>{language}</li>',
            when=when(page, mail),
            lang=language_of(page, mail),
            path=mail_path(mail.number),
            subject=subject_of(page, mail),
            to=recipient(page, mail, recipients),
            language=language_badge(page, mail),
        )
        for mail in mails
    )
    return html('<ul class="mailbox">{items}</ul>', items=items)


def when(page: SitePage, mail: MailContent) -> str:
    """When a mail was received."""
    return moment_text(page.language, from_epoch_ms(mail.at), page.now)


def subject_of(page: SitePage, mail: MailContent) -> str:
    """The subject, or that there is none."""
    return mail.subject.strip() or page.text("no_subject")


def language_of(page: SitePage, mail: MailContent) -> Markup | None:
    """The attribute for a mail in another language than the page."""
    return None if mail.language in (None, page.language) else html(' lang="{code}"', code=mail.language)


def language_badge(page: SitePage, mail: MailContent) -> Markup | None:
    """The language of a mail, when it says one."""
    if mail.language is None:
        return None
    return html('<span class="badge">{name}</span>', name=page.text(f"in_{mail.language}"))


def recipient(page: SitePage, mail: MailContent, recipients: Recipients) -> Markup:
    """To whom a mail went: the name leads to the mails of that person."""
    person = recipients.get(mail.to)
    if person is None:
        return html('<span class="address">{address}</span>', address=mail.to)
    return html(
        '<a href="{path}">{name}</a> <span class="quiet address">{address}</span>',
        path=mails_path(person.id),
        name=person.name or person.id,
        address=mail.to,
    )


def mail_page(page: SitePage, mail: MailContent, recipients: Recipients, newest: int) -> str:
    """One mail: as it looks, its text, its headers, and as it came; `newest` is the number of the last."""
    subject = subject_of(page, mail)
    content = html(
        """<p class="crumb"><a href="/mails/">← {back}</a></p>
<article class="job letter">
<h1{lang}>{subject}</h1>
<dl>{rows}</dl>
</article>
{look}
{text}
{headers}
{raw}
{others}""",
        back=page.text("all_mails"),
        lang=language_of(page, mail),
        subject=subject,
        rows=mail_rows(page, mail, recipients),
        look=look(page, mail),
        text=folded(page.text("mail_text"), mail.text, language_of(page, mail)),
        headers=header_table(page, mail),
        raw=folded(page.text("mail_raw"), mail.raw),
        others=other_mails(page, mail.number, newest),
    )
    return document(page, subject, content, "mails")


def mail_rows(page: SitePage, mail: MailContent, recipients: Recipients) -> Markup:
    """Who wrote to whom, and when, in which language."""
    values = (
        ("mail_from", mail.sender),
        ("mail_to", recipient(page, mail, recipients)),
        ("mail_when", html("{when} {language}", when=when(page, mail), language=language_badge(page, mail))),
    )
    return joined(
        html("<div><dt>{name}</dt><dd>{value}</dd></div>", name=page.text(name), value=value)
        for name, value in values
        if value
    )


def look(page: SitePage, mail: MailContent) -> Markup:
    """The HTML in a frame in which no script runs; links open beside the mailbox."""
    if not mail.html:
        return html('<p class="empty">{text}</p>', text=page.text("no_html"))
    return html(
        '<iframe class="look" src="{path}html" title="{title}" referrerpolicy="no-referrer" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>',
        path=mail_path(mail.number),
        title=page.text("mail_look"),
    )


def folded(title: str, content: str, language: Markup | None = None) -> Markup:
    """A text to be unfolded."""
    return html(
        '<details class="source"><summary>{title}</summary><pre{lang}>{content}</pre></details>',
        title=title,
        lang=language,
        content=content or "–",
    )


def header_table(page: SitePage, mail: MailContent) -> Markup:
    """All headers, to be unfolded."""
    rows = joined(
        html('<tr><th scope="row">{name}</th><td>{value}</td></tr>', name=name, value=value)
        for name, value in mail.headers
    )
    return html(
        '<details class="source"><summary>{title}</summary><table>{rows}</table></details>',
        title=page.text("mail_headers"),
        rows=rows,
    )


def other_mails(page: SitePage, number: int, newest: int) -> Markup:
    """Links to the mails before and behind this one."""

    def link(to: int, name: str) -> Markup:
        if not 1 <= to <= newest:
            return html("<span></span>")
        return html('<a href="{path}">{name}</a>', path=mail_path(to), name=name)

    return html(
        '<nav class="pages" aria-label="{label}">{newer}{older}</nav>',
        label=page.text("mails"),
        newer=link(number + 1, f"← {page.text('newer_mail')}"),
        older=link(number - 1, f"{page.text('older_mail')} →"),
    )


def event_page(page: SitePage, event: Event) -> str:
    """The page of an event, to which invitations lead."""
    rows = (
        ("mail_when", event.date and event_time(page, event.date)),
        ("venue", event.venue),
        ("host", event.host),
    )
    title = event.name or event.id
    content = html(
        '<article class="job event"><h1>{title}</h1><dl>{rows}</dl><p class="quiet">{text}</p></article>',
        title=title,
        rows=joined(
            html("<div><dt>{name}</dt><dd>{value}</dd></div>", name=page.text(name), value=value)
            for name, value in rows
            if value
        ),
        text=page.text("event_note"),
    )
    return document(page, title, content)


def event_time(page: SitePage, at: datetime) -> str:
    """The day and the hour of an event."""
    return f"{day_text(page.language, at)}, {at:%H:%M} UTC"
