"""How a mail was made, as its record says it. Pure."""

from schemas.mail import MailMaking
from workers.writing.texts import Made


def making_of(*made: Made) -> MailMaking:
    """How the prose of a mail was made, around its sections and in them (if any), and what it has cost."""
    reasons = dict.fromkeys(each.reason for each in made if each.reason is not None)
    return MailMaking(
        introduction=made[0].origin,
        sections=made[1].origin if len(made) > 1 else "bank",
        reason="; ".join(reasons) or None,
        input_tokens=sum(each.input_tokens for each in made),
        output_tokens=sum(each.output_tokens for each in made),
        micro_dollars=sum(each.micro_dollars for each in made),
    )
