"""The words of the page that stands where a link leads nowhere, in each language. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.mail import Language


class LinkTexts(NamedTuple):
    """All sentences of the page in one language; `…_title` stand above the others."""

    forged_title: str
    forged: str
    expired_title: str
    expired: str
    gone_title: str
    gone: str
    nowhere_title: str
    nowhere: str


TEXTS: Mapping[Language, LinkTexts] = {
    "en": LinkTexts(
        forged_title="This link does not work",
        forged="Part of it may be missing. Please open it from the mail once more, or copy the whole line.",
        expired_title="This link is no longer valid",
        expired="The mail with it is older than three months. A newer mail has what is open now.",
        gone_title="This is no longer there",
        gone="What this link led to has been taken down since the mail was sent.",
        nowhere_title="There is nothing to see here",
        nowhere="This link leads nowhere. The other links of the mail lead to what it shows.",
    ),
    "ja": LinkTexts(
        forged_title="このリンクは開けません",
        forged="リンクの一部が欠けている可能性があります。お手数ですが、メールからもう一度お開きください。",
        expired_title="このリンクは有効期限が切れています",
        expired="メールの送信から3か月以上が経過しています。現在の情報は、新しいメールでご確認ください。",
        gone_title="掲載が終了しました",
        gone="このリンク先は、メールをお送りしたあとに掲載が終了しました。",
        nowhere_title="表示できる内容がありません",
        nowhere="このリンクには移動先がありません。メール内のほかのリンクをご利用ください。",
    ),
}
