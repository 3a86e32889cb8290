"""The words of the page in each language. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.mail import Language


class UnsubscribeTexts(NamedTuple):
    """All sentences of the page in one language; `…_title` stand above the others."""

    asked_title: str
    asked: str
    button: str
    done_title: str
    done: str
    forged_title: str
    forged: str
    busy_title: str
    busy: str


TEXTS: Mapping[Language, UnsubscribeTexts] = {
    "en": UnsubscribeTexts(
        asked_title="Unsubscribe",
        asked="Press the button, and we will send you no more mails.",
        button="Unsubscribe",
        done_title="You are unsubscribed",
        done="We will send you no more mails. You can close this page.",
        forged_title="This link does not work",
        forged="Part of it may be missing. Please open it from the mail once more, or answer the mail.",
        busy_title="Please try again in a moment",
        busy="You could not be unsubscribed just now. Please press the button once more.",
    ),
    "ja": UnsubscribeTexts(
        asked_title="配信の停止",
        asked="ボタンを押すと、今後メールをお送りすることはありません。",
        button="配信を停止する",
        done_title="配信を停止しました",
        done="今後メールをお送りすることはありません。このページは閉じていただいて構いません。",
        forged_title="このリンクは開けません",
        forged="リンクの一部が欠けている可能性があります。メールからもう一度お開きいただくか、メールにご返信ください。",
        busy_title="少し時間をおいてお試しください",
        busy="ただいま配信を停止できませんでした。お手数ですが、もう一度ボタンを押してください。",
    ),
}
