"""What the pages say, in English and Japanese. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from schemas.mail import Language

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "site": ("Lantern Jobs", "あかり求人"),
    "browse": ("All jobs", "求人一覧"),
    "feed": ("For you", "おすすめ"),
    "compare": ("Before and after", "変化を見る"),
    "skip": ("Skip to content", "本文へ移動"),
    "you_are": ("You are", "表示する人"),
    "switch": ("Switch", "切り替え"),
    "other_language": ("日本語", "English"),
    "navigation": ("Pages", "ページ"),
    "query": ("What", "キーワード"),
    "query_hint": ("Title, company or word", "職種・会社・ことば"),
    "place": ("Where", "勤務地"),
    "place_hint": ("City or area", "市区町村・駅"),
    "search": ("Search", "検索"),
    "found": ("{} open jobs", "募集中の求人 {}件"),
    "found_one": ("1 open job", "募集中の求人 1件"),
    "none_found": (
        "No open job has all of these words. Try fewer.",
        "条件に合う求人がありません。条件を減らしてください。",
    ),
    "all_again": ("Show all jobs", "すべての求人を見る"),
    "newer": ("Newer", "新しい求人"),
    "older": ("Older", "前の求人"),
    "page": ("Page {} of {}", "{} / {} ページ"),
    "pages": ("Pages of the list", "一覧のページ"),
    "editorial": ("Editors’ pick", "編集部のおすすめ"),
    "posted_today": ("New today", "本日掲載"),
    "posted_days": ("{} days ago", "{}日前"),
    "posted_one": ("Yesterday", "昨日"),
    "closes_today": ("Closes today", "本日締切"),
    "closes_one": ("Closes tomorrow", "明日締切"),
    "closes_days": ("Closes in {} days", "締切まで{}日"),
    "closed": (
        "This job is closed. Nobody is shown it any more.",
        "この求人は締め切りました。おすすめには表示されません。",
    ),
    "company": ("Company", "会社"),
    "location": ("Place", "勤務地"),
    "salary": ("Pay", "給与"),
    "work_style": ("Work style", "働き方"),
    "openings": ("Openings", "募集人数"),
    "posted": ("Posted", "掲載日"),
    "closes": ("Closes", "締切日"),
    "back": ("Back to all jobs", "求人一覧へ戻る"),
    "applied": ("Apply", "応募する"),
    "saved": ("Save for later", "あとで見る"),
    "rejected": ("Not interested", "興味なし"),
    "ignored": ("Ignore", "表示しない"),
    "did_applied": ("Applied", "応募済み"),
    "did_saved": ("Saved", "保存済み"),
    "did_rejected": ("Not for you", "興味なし"),
    "did_ignored": ("Ignored", "非表示"),
    "did_viewed": ("Viewed for {} s", "{}秒 閲覧"),
    "buttons": ("What do you think of this job?", "この求人について"),
    "heard": (
        "Your time on this page and your choice shape your feed. A second press takes it back.",
        "このページを見た時間と選択が、おすすめに反映されます。もう一度押すと取り消せます。",
    ),
    "see_feed": ("See your feed", "おすすめを見る"),
    "feed_lead": (
        "Chosen from {} open jobs by what you did here. Press a button and watch the list change.",
        "募集中の{}件から、あなたの行動をもとに選んでいます。ボタンを押すと一覧が変わります。",
    ),
    "score": ("Score {} of 100", "100点中 {}点"),
    "points": ("points", "点"),
    "why": ("What the score is made of", "点数の内訳"),
    "explored": ("To find out", "お試し"),
    "empty_feed": ("There is nothing to show yet.", "表示できる求人がまだありません。"),
    "left": ("Taken out: {}", "一覧から外しました: {}"),
    "take_back": ("Take back", "元に戻す"),
    "new_in_list": ("new", "新着"),
    "before": ("Before", "行動する前"),
    "before_lead": (
        "What you saw when you first came here.",
        "はじめに表示した一覧です。",
    ),
    "after": ("Now", "現在"),
    "after_lead": ("What you see after what you did.", "あなたの行動を反映した一覧です。"),
    "no_acts": (
        "You have done nothing here yet, so the lists are alike. Look at a job for a while, or save one.",
        "まだ何もしていないので、一覧はほぼ同じです。求人を30秒ほど見るか、保存してみてください。",
    ),
    "acts": ("What you did", "あなたの行動"),
    "gone": ("No longer in the list", "一覧から消えた求人"),
    "gone_did": ("you said: {}", "あなたの選択: {}"),
    "gone_lower": ("fell below the end", "順位が下がりました"),
    "up": ("up {} from place {}", "{1}位から{0}つ上昇"),
    "down": ("down {} from place {}", "{1}位から{0}つ下降"),
    "same": ("same place", "変化なし"),
    "entered": ("new here", "新しく入りました"),
    "mails": ("Mailbox", "メール"),
    "mails_to": ("Mails to {}", "{}さんへのメール"),
    "mails_lead": (
        "What the demo’s own mail server has received, newest first. Nothing leaves this machine.",
        "デモ用のメールサーバーが受け取ったメールです（新着順）。外部には送信されません。",
    ),
    "mails_count": ("{} mails", "{}通"),
    "mails_one": ("1 mail", "1通"),
    "all_mails": ("All mails", "すべてのメール"),
    "your_mails": ("Mails to you", "あなたへのメール"),
    "no_mails": (
        "No mail has been delivered yet. Reload in a few seconds.",
        "まだメールは届いていません。数秒後に再読み込みしてください。",
    ),
    "no_mails_to": (
        "No mail has been delivered to this person.",
        "この人にはまだメールが届いていません。",
    ),
    "no_mail": ("There is no such mail.", "メールが見つかりません。"),
    "no_subject": ("(no subject)", "(件名なし)"),
    "no_html": ("This mail has no HTML part.", "このメールにはHTML形式の本文がありません。"),
    "in_en": ("English", "英語"),
    "in_ja": ("Japanese", "日本語"),
    "mail_from": ("From", "差出人"),
    "mail_to": ("To", "宛先"),
    "mail_when": ("When", "日時"),
    "mail_look": ("The mail as it looks", "メールの表示"),
    "mail_text": ("Plain text", "テキスト形式"),
    "mail_headers": ("Headers", "ヘッダー"),
    "mail_raw": ("Raw message", "元のメッセージ"),
    "newer_mail": ("Newer", "新しいメール"),
    "older_mail": ("Older", "前のメール"),
    "venue": ("Venue", "会場"),
    "host": ("Host", "主催"),
    "event_note": (
        "The made-up product has no more to say of its events.",
        "架空のイベントのため、詳しい案内はありません。",
    ),
    "no_event": ("There is no such event.", "イベントが見つかりません。"),
    "not_found": ("There is no such page.", "ページが見つかりません。"),
    "no_job": ("There is no such job.", "求人が見つかりません。"),
    "unavailable": (
        "The feed does not answer at the moment. Reload in a few seconds.",
        "おすすめを取得できません。数秒後に再読み込みしてください。",
    ),
    "footer": (
        "A made-up product. Its feed is Kairos.",
        "架空の求人サイトです。おすすめは Kairos が作っています。",
    ),
    "part_text": ("Likeness to what you like", "好みとの近さ"),
    "part_rejected": ("Likeness to what you rejected", "断った求人との近さ"),
    "part_place": ("Place", "勤務地"),
    "part_trend": ("Wanted by many", "注目度"),
    "part_fresh": ("New", "新着"),
    "part_language": ("Language", "言語"),
    "part_work_style": ("Work style", "働き方"),
    "part_salary": ("Pay", "給与"),
    "part_fatigue": ("Shown before", "表示済み"),
    "part_boost": ("People like you", "似た人の関心"),
}


def text(language: Language, name: str, *values: object) -> str:
    """A text with its values; raises KeyError for a name that does not exist."""
    english, japanese = TEXTS[name]
    return (japanese if language == "ja" else english).format(*values)


def part_name(language: Language, part: str) -> str:
    """What a part of a score is called; its own name when it has no text."""
    name = f"part_{part}"
    return text(language, name) if name in TEXTS else part


def counted(language: Language, name: str, count: int) -> str:
    """The text for a number, which has another form for one where `name_one` exists."""
    one = f"{name.removesuffix('_days').removesuffix('_count')}_one"
    return text(language, one if count == 1 and one in TEXTS else name, f"{count:,}")


def posted_text(language: Language, at: datetime, now: datetime) -> str:
    """When a job was posted, in days."""
    days = max(0, (now - at).days)
    return text(language, "posted_today") if days == 0 else counted(language, "posted_days", days)


def closes_text(language: Language, at: datetime, now: datetime) -> str:
    """When a job that is open closes, in days."""
    days = (at - now).days
    return text(language, "closes_today") if days < 1 else counted(language, "closes_days", days)


def day_text(language: Language, at: datetime) -> str:
    """A day as it is written in a language."""
    return f"{at.year}年{at.month}月{at.day}日" if language == "ja" else f"{at.day} {at:%B %Y}"


def moment_text(language: Language, at: datetime, now: datetime) -> str:
    """A time in the zone of this machine: of today the clock alone, of another day with the day."""
    here, today = at.astimezone(), now.astimezone().date()
    clock = f"{here:%H:%M:%S}"
    return clock if here.date() == today else f"{day_text(language, here)} {clock}"
