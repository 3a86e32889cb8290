"""The words of the page in each language. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.mail import Language
from schemas.questions import AskedField

ByLanguage = Mapping[Language, str]


class PageTexts(NamedTuple):
    """All sentences of the page in one language; `…_title` stand above the others."""

    title: str
    send: str
    words_hint: str
    nothing_hint: str
    thanks_title: str
    thanks: str
    answered_title: str
    answered: str
    expired_title: str
    expired: str
    forged_title: str
    forged: str
    busy_title: str
    busy: str
    unreadable: str
    too_many: str


TEXTS: Mapping[Language, PageTexts] = {
    "en": PageTexts(
        title="One short question",
        send="Send my answer",
        words_hint="One or several, with commas between them.",
        nothing_hint="One or several, with commas between them. If there is nothing, write “no”.",
        thanks_title="Thank you!",
        thanks="Your answer has arrived. You can close this page.",
        answered_title="You have answered already",
        answered="Thank you, we have your answer. There is nothing more to do.",
        expired_title="This link is no longer valid",
        expired="It was for a limited time only. You need not do anything; a later mail may ask you again.",
        forged_title="This link does not work",
        forged="Part of it may be missing. Please open it from the mail once more, or copy the whole line.",
        busy_title="Please try again in a moment",
        busy="Your answer could not be saved just now. Nothing is lost; please send it once more.",
        unreadable="We could not read that answer. Would you write it in another way?",
        too_many="That is more than we can keep. Would you make it a little shorter?",
    ),
    "ja": PageTexts(
        title="ひとつだけお聞かせください",
        send="回答を送る",
        words_hint="複数ある場合は、読点（、）で区切ってください。",
        nothing_hint="複数ある場合は、読点（、）で区切ってください。特にない場合は「なし」とご記入ください。",
        thanks_title="ありがとうございます",
        thanks="ご回答を受け付けました。このページは閉じていただいて構いません。",
        answered_title="すでにご回答いただいています",
        answered="ありがとうございます。ご回答は届いておりますので、お手続きは必要ありません。",
        expired_title="このリンクは有効期限が切れています",
        expired="お手続きは必要ありません。またメールでお伺いした際に、お答えいただけますと幸いです。",
        forged_title="このリンクは開けません",
        forged="リンクの一部が欠けている可能性があります。お手数ですが、メールからもう一度お開きください。",
        busy_title="少し時間をおいてお試しください",
        busy="ただいまご回答を保存できませんでした。お手数ですが、もう一度お送りください。",
        unreadable="ご回答を読み取れませんでした。別の書き方でご記入いただけますか。",
        too_many="ご回答が長すぎるようです。もう少し短くご記入いただけますか。",
    ),
}
# what a person may choose, by the value that the field gets
CHOICES: Mapping[AskedField, Mapping[str, ByLanguage]] = {
    "table_type_preference": {
        "communal": {"en": "A communal table", "ja": "相席のテーブル"},
        "private": {"en": "A private table", "ja": "個別のテーブル"},
    },
}
EXAMPLES: Mapping[AskedField, ByLanguage] = {
    "interests": {"en": "hiking, wine", "ja": "登山、ワイン"},
    "cuisine_preference": {"en": "Italian, Thai", "ja": "イタリアン、和食"},
    "dietary_restrictions": {"en": "meat, peanuts", "ja": "肉、ピーナッツ"},
    "occupation": {"en": "nurse", "ja": "看護師"},
    "home_neighborhood": {"en": "Mission District", "ja": "下北沢"},
    "work_neighborhood": {"en": "SOMA", "ja": "丸の内"},
}
