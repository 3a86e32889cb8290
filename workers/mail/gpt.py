"""The writer that asks a model for the text of a mail without sections."""

from schemas.decision import Brief, SendDecision
from workers.mail.draft import read_draft, text_form
from workers.mail.prompt import prompt
from workers.mail.templates import greeting
from workers.mail.writer import MailText
from workers.writing.model_call import ModelCall


class GptWriter:
    """Writes with the calls of a model, within their limits."""

    def __init__(self, call: ModelCall) -> None:
        self.call = call

    async def write(self, decision: SendDecision) -> MailText:
        """Return the model's text for a decision, checked; raises WritingError after the last attempt."""
        brief = decision.brief or Brief()
        answer = await self.call.ask(prompt(decision), text_form(), decision.id)
        draft = read_draft(answer.text, brief.language)
        words = tuple(draft.body)
        return MailText(draft.subject, greeting(brief), words, draft.closing, "gpt", self.call.model)
