"""In which ways the mails of the worker vary, beside their tone and their sentences: as rows. Pure.

A new call to action is a row of its kind of mail, a new subject or beginning of a question a row of
QUESTION_SUBJECTS or QUESTION_OPENINGS. What a row says must be true of every such mail.
"""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.mail import Language
from workers.mail.engine.variation_types import VariationOption, says
from workers.mail.phrases import PHRASES


class WordedRow(NamedTuple):
    """A text in both languages, under the name of its arm; `{name}` is the reader's."""

    name: str
    en: str
    ja: str

    def text(self, language: Language) -> str:
        """The text in a language."""
        return self.ja if language == "ja" else self.en


def call(name: str, en: str, ja: str) -> VariationOption:
    """A call to action: `direct` asks to do something, `question` asks whether one would like to."""
    return VariationOption(name, says("call_to_action", en, ja))


# below the introduction of a digest
DIGEST_CALLS = (
    call(
        "direct", "Take a look at the one that interests you most.", "まずはひとつ、じっくりとご覧ください。"
    ),
    call(
        "question",
        "Which of them would you like to look at first?",
        "まずは、どの求人をご覧になりますか。",
    ),
)
# the words of the button of an invitation
BUTTON_CALLS = (
    call("direct", "Have a look at the event", "イベントのページを開く"),
    call("question", "Would you like to come?", "参加してみませんか"),
)
# of an invitation to an event without a page
REPLY_CALLS = (
    call(
        "direct",
        "Reply to this mail if you would like to come.",
        "ご参加をご希望の方は、このメールにご返信ください。",
    ),
    call(
        "question",
        "Will you join us? A short reply is enough.",
        "ご一緒しませんか。ひと言ご返信いただければ十分です。",
    ),
)
COME_AGAIN_CALLS = (
    call(
        "direct",
        "Reply to this mail with what you would enjoy next.",
        "次に楽しみたいことを、このメールへのご返信でお知らせください。",
    ),
    call(
        "question",
        "What would you enjoy next? We look forward to your reply.",
        "次はどのようなことを楽しみたいですか。ご返信をお待ちしております。",
    ),
)
QUESTION_CALLS = (
    call("direct", "Reply to this mail in a few words.", "このメールに、ひと言ご返信ください。"),
    call(
        "question",
        "Would you tell us in a few words? A reply to this mail is enough.",
        "ひと言お聞かせいただけますか。このメールへのご返信で十分です。",
    ),
)
COME_AGAIN_NAMED = WordedRow(
    "named",
    "{name}, what would you like to do next?",
    "{name}様、次はどのようなイベントをお望みですか",
)
COME_AGAIN_OPENINGS = (  # for somebody of whom nothing is known
    WordedRow("welcome", PHRASES["en"].nothing, PHRASES["ja"].nothing),
    WordedRow(
        "glad",
        "We would be glad to have you with us at one of our next events.",
        "次のイベントでお会いできましたら、うれしく存じます。",
    ),
)
QUESTION_SUBJECTS = (
    WordedRow("plain", PHRASES["en"].subject_ask, PHRASES["ja"].subject_ask),
    WordedRow("named", "{name}, one short question", "{name}様、ひとつだけお聞かせください"),
    WordedRow("asking", "May we ask you something?", "お伺いしたいことがあります"),
)
QUESTION_OPENINGS = (
    WordedRow("asking", PHRASES["en"].ask, PHRASES["ja"].ask),
    WordedRow("short", "We have one short question for you.", "ひとつ、お伺いしたいことがございます。"),
    WordedRow(
        "why",
        "We have a question for you, and your answer helps us to choose what we suggest.",
        "ひとつ質問がございます。お答えは、今後のご案内を選ぶ際の参考にさせていただきます。",
    ),
)
# what a model is told of the arms that concern what it writes; arms with the same words share a text
ADDED_CALL = "code adds one behind the introduction: ask for nothing, and ask no question"
STYLES: Mapping[str, tuple[str, str]] = {
    "tone:professional": ("tone", "businesslike and reserved"),
    "tone:casual": ("tone", "relaxed, as among people who know each other, and still polite"),
    "tone:friendly": ("tone", "cordial and personal"),
    "length:brief": ("length", "as short as it can be: one sentence for the introduction"),
    "call_to_action:direct": ("call to action", ADDED_CALL),
    "call_to_action:question": ("call to action", ADDED_CALL),
}
