"""The sentences of the templates, one row per language. `{…}` is filled with a list of names."""

from typing import NamedTuple

from schemas.mail import Language


class Phrases(NamedTuple):
    """All sentences of the templates in one language."""

    comma: str  # between names
    last: str  # before the last name
    hello: str
    hello_name: str
    closing: str
    # send: subjects, by the first fact that is known
    subject_upcoming: str
    subject_host: str
    subject_venue: str
    subject_interest: str
    subject: str
    # send: paragraphs
    upcoming: str
    hosts_and_venues: str
    hosts: str
    venues: str
    nothing: str
    interests: str
    reply: str
    # ask
    subject_ask: str
    ask: str
    ask_reply: str
    ask_link: str
    ask_button: str
    open_question: str


ENGLISH = Phrases(
    comma=", ",
    last=" and ",
    hello="Hello,",
    hello_name="Hi {name},",
    closing="Warm regards",
    subject_upcoming="See you at {names}",
    subject_host="Another table with {names}?",
    subject_venue="Back to {names}?",
    subject_interest="Your interest in {names}",
    subject="What would you like to do next?",
    upcoming="You are on the list for {upcoming}, and we look forward to seeing you there.",
    hosts_and_venues="You have joined tables hosted by {hosts} and been our guest at {venues}; "
    "it would be lovely to have you with us again.",
    hosts="You have joined tables hosted by {hosts}, and it would be lovely to have you with us again.",
    venues="You have been our guest at {venues}, and it would be lovely to have you with us again.",
    nothing="It would be lovely to welcome you to one of our next events.",
    interests="We know of your interest in {interests}, and keep it in mind when we choose what to tell you.",
    reply="Simply reply to this mail and tell us what you would enjoy next.",
    subject_ask="One short question",
    ask="May we ask you one short question, so that what we suggest suits you better?",
    ask_reply="A few words in reply to this mail are enough.",
    ask_link="Or answer on a small page: {link}",
    ask_button="Answer on a small page",
    open_question="What would make your next event a good one?",
)
JAPANESE = Phrases(
    comma="、",
    last="、",
    hello="こんにちは。",
    hello_name="{name}様",
    closing="今後ともよろしくお願いいたします。",
    subject_upcoming="{names}でお会いしましょう",
    subject_host="{names}の会に、またいらっしゃいませんか",
    subject_venue="{names}に、またいらっしゃいませんか",
    subject_interest="{names}にご興味のある方へ",
    subject="次はどのようなイベントをお望みですか",
    upcoming="「{upcoming}」にお申し込みいただき、ありがとうございます。当日お会いできるのを楽しみにしております。",
    hosts_and_venues="これまで{hosts}の会や{venues}でのイベントにご参加いただき、ありがとうございます。"
    "またご一緒できましたら幸いです。",
    hosts="これまで{hosts}の会にご参加いただき、ありがとうございます。またご一緒できましたら幸いです。",
    venues="これまで{venues}でのイベントにご参加いただき、ありがとうございます。またご一緒できましたら幸いです。",
    nothing="これからのイベントで、ぜひご一緒できましたら幸いです。",
    interests="{interests}にご興味があると伺っております。今後のご案内の参考にさせていただきます。",
    reply="ご希望がございましたら、このメールにそのままご返信ください。",
    subject_ask="ひとつだけお聞かせください",
    ask="よりお好みに合ったご案内をお届けするために、ひとつだけお聞かせください。",
    ask_reply="このメールに、ひと言ご返信いただければ十分です。",
    ask_link="こちらのページからもお答えいただけます: {link}",
    ask_button="回答ページを開く",
    open_question="次のイベントでは、どのようなことを楽しみたいですか。",
)
PHRASES: dict[Language, Phrases] = {"en": ENGLISH, "ja": JAPANESE}
