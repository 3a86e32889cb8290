"""How a mail was made, as its record says it. Pure."""

from schemas.mail import MailMaking
from workers.writing.texts import MailTexts


def making_of(texts: MailTexts) -> MailMaking:
    """How the prose of a mail was made, and what it has cost."""
    made = texts.made
    reasons = dict.fromkeys(each.reason for each in made if each.reason is not None)
    return MailMaking(
        introduction=made[0].origin,
        sections=made[1].origin,
        reason="; ".join(reasons) or None,
        input_tokens=sum(each.input_tokens for each in made),
        output_tokens=sum(each.output_tokens for each in made),
        micro_dollars=sum(each.micro_dollars for each in made),
    )
