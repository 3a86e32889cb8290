"""A mail that has been composed, with both its parts, as a text of the worker. Pure."""

from collections.abc import Sequence

from workers.mail.making import making_of
from workers.mail.writer import MailText
from workers.writing.compose import ComposedMail
from workers.writing.invitation import ComposedInvitation
from workers.writing.texts import Made


def rendered_text(
    mail: ComposedMail | ComposedInvitation, body: tuple[str, ...], made: Sequence[Made]
) -> MailText:
    """The text of a mail of these paragraphs; `made` is how its prose was made, the introduction first."""
    page, first = mail.page, made[0]
    return MailText(
        subject=page.subject,
        greeting=page.greeting,
        body=body,
        closing=page.closing,
        signature=page.signature,
        farewell=page.farewell,
        writer="template" if first.origin == "bank" else "gpt",
        model=first.model,
        preheader=page.preheader,
        html=mail.html,
        text=mail.text,
        making=making_of(*made),
    )
