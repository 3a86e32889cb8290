"""Words with one meaning in English and Japanese, one table per vocabulary.

A word that is in no table stays as it is, with a note; what follows from it is on the safe side.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from schemas.folding import folded
from workers.product.reading.values import PartialRead, UnreadableError, quoted, read_text, single_value


def table(rows: Mapping[str, Iterable[str]]) -> Mapping[str, str]:
    """The meaning of each word of some rows, by its key; a row's own word is one of them."""
    return {folded(word): meaning for meaning, words in rows.items() for word in (meaning, *words)}


# what became of a message. Who got it, or may have got it, was written to.
STATUSES = table(
    {
        "sent": (
            "delivered", "opened", "open", "clicked", "click", "read", "seen", "viewed", "replied",
            "received", "bounced", "bounce", "soft bounce", "hard bounce", "complained", "complaint",
            "spam", "unsubscribed", "email sent", "message sent", "success", "successful", "succeeded",
            "completed", "complete", "done", "送信", "送信済", "送信済み", "送信完了", "送信成功",
            "配信済", "配信済み", "配信完了", "発送済み", "送付済み", "到達", "到達済み", "開封",
            "開封済", "開封済み", "既読", "クリック", "クリック済み", "返信あり", "返信済み", "完了",
            "成功", "送った", "送りました",
        ),
        "queued": (
            "queue", "pending", "scheduled", "waiting", "in queue", "to send", "to be sent", "ready",
            "ready to send", "processing", "in progress", "sending", "outbox", "deferred", "送信待ち",
            "待機", "待機中", "保留", "保留中", "予約", "予約済", "予約済み", "送信予定", "予定",
            "送信中", "処理中", "キュー",
        ),
        "draft": (
            "drafted", "not sent", "unsent", "下書き", "下書", "ドラフト", "作成中", "未送信",
        ),
        "failed": (
            "failure", "fail", "error", "errored", "rejected", "dropped", "undelivered",
            "not delivered", "失敗", "送信失敗", "エラー", "送信エラー", "未達", "不達",
        ),
        "cancelled": (
            "canceled", "cancel", "skipped", "suppressed", "aborted", "paused", "キャンセル",
            "キャンセル済み", "取消", "取消し", "取り消し", "取消済み", "中止", "停止",
        ),
    }
)  # fmt: skip
# what became of an order; a cancelled or refunded one is no purchase
ORDER_STATUSES = table(
    {
        "placed": (
            "new", "open", "created", "received", "pending", "processing", "in progress", "confirmed",
            "approved", "paid", "partially paid", "unpaid", "invoiced", "authorized", "captured",
            "complete", "completed", "done", "closed", "fulfilled", "unfulfilled",
            "partially fulfilled", "shipped", "delivered", "partially refunded", "active", "success",
            "succeeded", "sent", "order placed", "注文済み", "受注", "受付", "受付済み", "処理中",
            "未払い", "支払済", "支払済み", "支払い済み", "入金済み", "決済済み", "決済完了", "確定",
            "完了", "発送済み", "配達済み", "配送済み", "一部返金",
        ),
        "cancelled": (
            "canceled", "cancel", "void", "voided", "failed", "payment failed", "declined", "rejected",
            "expired", "abandoned", "draft", "deleted", "キャンセル", "キャンセル済み", "取消",
            "取り消し", "取消済み", "無効", "決済失敗", "失敗", "下書き",
        ),
        "refunded": (
            "refund", "fully refunded", "returned", "return", "charged back", "chargeback", "返金",
            "返金済", "返金済み", "全額返金", "返品", "返品済み",
        ),
    }
)  # fmt: skip
# whether people can come to an event: to one that is scheduled
EVENT_STATUSES = table(
    {
        "scheduled": (
            "open", "published", "public", "live", "active", "confirmed", "upcoming", "planned", "on sale",
            "available", "bookable", "registration open", "going ahead", "予定", "開催予定", "公開", "公開中",
            "募集中", "受付中", "申込受付中", "販売中", "開催", "開催確定", "確定",
        ),
        "full": (
            "sold out", "soldout", "fully booked", "booked out", "waitlist", "waiting list", "満員", "満席",
            "完売", "定員", "受付終了", "募集終了", "キャンセル待ち", "registration closed", "closed",
        ),
        "postponed": ("rescheduled", "moved", "on hold", "延期", "日程変更", "順延"),
        "cancelled": (
            "canceled", "cancel", "called off", "deleted", "removed", "中止", "キャンセル", "取消",
            "取り消し", "開催中止", "削除",
        ),
        "draft": (
            "unpublished", "private", "hidden", "pending", "pending approval", "in review", "archived",
            "下書き", "非公開", "準備中", "審査中",
        ),
        "ended": (
            "over", "past", "finished", "completed", "complete", "done", "held", "終了", "開催済み",
            "開催終了", "完了",
        ),
    }
)  # fmt: skip
# what a person on the list of an event has answered; who has not said yes is on the list, and did not attend
ANSWERS = table(
    {
        "yes": (
            "y", "true", "1", "accepted", "accept", "confirmed", "going", "attending", "will attend",
            "attended", "present", "checked in", "registered", "joined", "booked", "paid", "approved",
            "active", "participant", "host", "guest", "はい", "参加", "参加予定", "参加済み", "出席",
            "出席済み", "承諾", "確定", "申込済み", "来場", "来店", "○", "〇", "◯",
        ),
        "no": (
            "n", "false", "0", "declined", "decline", "rejected", "cancelled", "canceled", "not going",
            "not attending", "did not attend", "absent", "no show", "noshow", "refunded", "removed",
            "withdrawn", "いいえ", "不参加", "欠席", "辞退", "キャンセル", "キャンセル済み", "取消",
            "無断欠席", "×",
        ),
        "open": (
            "invited", "invitation sent", "pending", "maybe", "tentative", "interested",
            "needs action", "needsaction", "no response", "no reply", "not answered", "unanswered",
            "waitlist", "waitlisted", "waiting list", "waiting", "requested", "unknown", "tbd",
            "招待中", "招待済み", "未定", "未回答", "保留", "検討中", "返事待ち", "キャンセル待ち",
            "△",
        ),
    }
)  # fmt: skip
# what a person wants of a job
PREFERENCES = table(
    {
        "applied": ("apply", "application", "応募", "応募済み"),
        "saved": (
            "save",
            "bookmarked",
            "bookmark",
            "favorite",
            "favourite",
            "liked",
            "保存",
            "保存済み",
            "お気に入り",
        ),
        "rejected": (
            "reject",
            "not interested",
            "disliked",
            "declined",
            "興味なし",
            "却下",
            "不要",
            "見送り",
        ),
        "ignored": ("ignore", "skipped", "skip", "dismissed", "hidden", "無視", "スキップ", "非表示"),
    }
)
# the names of languages, and the codes of other standards and of countries that people write for them
LANGUAGES = table(
    {
        "ja": ("jp", "jpn", "jap", "japanese", "nihongo", "日本語", "にほんご", "和文", "日本"),
        "en": ("eng", "english", "us", "usa", "gb", "uk", "英語", "英文", "えいご"),
        "zh": ("cn", "tw", "zho", "chi", "chinese", "mandarin", "中文", "汉语", "漢語", "中国語"),
        "ko": ("kr", "kor", "korean", "한국어", "韓国語"),
        "fr": ("fra", "fre", "french", "français", "francais", "フランス語"),
        "de": ("deu", "ger", "german", "deutsch", "ドイツ語"),
        "es": ("spa", "spanish", "español", "espanol", "スペイン語"),
        "it": ("ita", "italian", "italiano", "イタリア語"),
        "pt": ("por", "portuguese", "português", "ポルトガル語"),
        "ru": ("rus", "russian", "русский", "ロシア語"),
        "nl": ("nld", "dut", "dutch", "nederlands", "オランダ語"),
        "vi": ("vn", "vie", "vietnamese", "tiếng việt", "ベトナム語"),
        "th": ("tha", "thai", "ไทย", "タイ語"),
    }
)
# the other codes of two letters in ISO 639-1
CODE_LETTERS = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    dv dz ee el eo et eu fa ff fi fj fo fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig
    ii ik io is iu jv ka kg ki kj kk kl km kn kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi
    mk ml mn mr ms mt my na nb nd ne ng nn no nr nv ny oc oj om or os pa pi pl ps qu rm rn ro rw sa
    sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg ti tk tl tn to tr ts tt ty ug uk ur
    uz ve vo wa wo xh yi yo za zu
"""
CODES = frozenset(CODE_LETTERS.split())
TAG = re.compile(r"([a-z]{2,3})[-_].*|([a-z]{2})")


def _meaning(text: str | None, vocabulary: Mapping[str, str], noun: str) -> str | PartialRead | None:
    """The meaning of a text; the text itself, with a note, if it is in no row."""
    if text is None:
        return None
    known = vocabulary.get(folded(text))
    return PartialRead(text, f"{quoted(text)} is no known {noun}") if known is None else known


def read_status(value: Any) -> str | PartialRead | None:
    """What became of a message: sent, queued, draft, failed, cancelled; another word stays, with a note."""
    return _meaning(read_text(value), STATUSES, "status")


def read_order_status(value: Any) -> str | PartialRead | None:
    """What became of an order: placed, cancelled, refunded; another word stays, with a note."""
    return _meaning(read_text(value), ORDER_STATUSES, "status")


def read_event_status(value: Any) -> str | PartialRead | None:
    """Whether people can come to an event (see EVENT_STATUSES); another word stays, with a note."""
    return _meaning(read_text(value), EVENT_STATUSES, "status")


def read_preference(value: Any) -> str | None:
    """What a person wants of a job: applied, saved, rejected, ignored."""
    preference = _meaning(read_text(value), PREFERENCES, "preference")
    if isinstance(preference, PartialRead):
        raise UnreadableError(preference.reason)
    return preference


def read_answer(value: Any) -> str | PartialRead | None:
    """What a participant has answered: yes, no, open; another word stays, with a note."""
    value = single_value(value)
    word = str(value).lower() if isinstance(value, bool) else value
    known = ANSWERS.get(folded(word)) if isinstance(word, str) else None
    return _meaning(read_text(word), ANSWERS, "answer") if known is None else known


def read_language(value: Any) -> str | PartialRead | None:
    """The language as it is written; one that is not known stays, with a note."""
    text = value if isinstance(value, str) and language_code(value) else read_text(value)
    if text is None:
        return None
    text = " ".join(text.split())
    return text if language_code(text) else PartialRead(text, f"{quoted(text)} is no known language")


@lru_cache(4096)
def language_code(text: str) -> str | None:
    """The code of ISO 639-1 for a language's name or tag (`ja-JP`, `jpn`, `Japanese`); None if unknown."""
    key = folded(text)
    if key in LANGUAGES:
        return LANGUAGES[key]
    match = TAG.fullmatch(text.strip().lower())
    code = (match[1] or match[2]) if match else None
    return LANGUAGES.get(code or "", code if code in CODES else None)
