"""The texts of a mail as they were chosen: sentences of the bank, or what the model wrote. Pure."""

from dataclasses import replace

from workers.mail.mail_engine import ChosenMail
from workers.mail.writer import MailText
from workers.writing.gate.mail import repeats
from workers.writing.texts import InviteTexts, MailTexts, PersonalText, Wording


def worded_mail(texts: MailTexts, chosen: ChosenMail) -> MailTexts:
    """The texts of a mail of sections; one that is to be brief says nothing but what leads to the jobs."""
    sections = texts.sections
    if chosen.is_brief:
        sections = {kind: text._replace(intro="") for kind, text in sections.items()}
    personal = worded_prose(texts.personal, chosen)
    return replace(texts, personal=personal, sections=sections, wording=wording_of(chosen))


def worded_invitation(texts: InviteTexts, chosen: ChosenMail) -> InviteTexts:
    """The texts of an invitation."""
    return replace(texts, personal=worded_prose(texts.personal, chosen), wording=wording_of(chosen))


def worded_prose(prose: PersonalText, chosen: ChosenMail) -> PersonalText:
    """The prose with the subject and the introduction that were chosen.

    A brief mail has no closing, and none has one that says again what was chosen, which the model has not
    seen; one that says its own words again is for the gate.
    """
    subject, introduction = chosen.sentence("subject"), chosen.sentence("opening")
    beside = (subject or "", introduction or "", chosen.parts.call_to_action)
    is_closed = not chosen.is_brief and not repeats(prose.closing, beside)
    return prose._replace(
        subject=subject or prose.subject,
        introduction=introduction or prose.introduction,
        closing=prose.closing if is_closed else "",
    )


def wording_of(chosen: ChosenMail) -> Wording:
    """The words around the prose."""
    parts = chosen.parts
    return Wording(parts.greeting, parts.call_to_action, parts.closing)


def chosen_text(
    text: MailText, chosen: ChosenMail | None, texts: MailTexts | InviteTexts, wanted: Wording
) -> MailText:
    """A text with how it was chosen, and what of that it has: `texts` are those that it is made of.

    Where the gate refused the whole mail, it has other words than were `wanted`.
    """
    if chosen is None:
        return text
    made = texts.personal_made if isinstance(texts, MailTexts) else texts.made
    variations = chosen.variations(
        texts.personal.subject,
        texts.personal.introduction,
        is_plain=texts.wording != wanted,
        is_modelled=made.origin != "bank",
    )
    return replace(text, variations=variations, figures=chosen.figures)
