"""Known words in English and Japanese, one lexicon per field, one row per word."""

import re

from schemas.folding import folded_kind
from schemas.profile.summary.lexicon import Lexicon, Word
from schemas.profile.summary.phrases import (
    is_japanese,
    is_negated,
    is_phrase,
    quoted,
    quoted_ja,
)

GENDERS = Lexicon(  # the kind is the English pronoun
    (
        Word("female", "女性", "she", ("f", "woman", "girl", "lady", "she", "her", "she/her", "女")),
        Word("trans woman", "女性", "she", ("transgender-woman", "trans-female", "cis-woman", "cis-female")),
        Word("male", "男性", "he", ("m", "man", "boy", "he", "him", "he/him", "男")),
        Word("trans man", "男性", "he", ("transgender-man", "trans-male", "cis-man", "cis-male")),
        Word("non-binary", "ノンバイナリーの方", "they", ("nonbinary", "enby", "nb", "ノンバイナリー")),
    ),
    other=lambda text: Word(text, "", "they"),
)
RELATIONSHIPS = Lexicon(
    (
        Word("single", "独身", "single", ("未婚", "not-married", "unmarried")),
        Word(
            "married",
            "既婚",
            "known",
            ("結婚", "既婚者", "結婚しています", "結婚している", "married with kids", "妻帯者"),
        ),
        Word("engaged", "婚約中", "known"),
        Word(
            "in a relationship",
            "交際中",
            "known",
            (
                "in-relationship",
                "dating",
                "taken",
                "恋人あり",
                "彼女あり",
                "彼氏あり",
                "彼女がいます",
                "彼氏がいます",
                "has a partner",
                "i have a boyfriend",
                "i have a girlfriend",
            ),
        ),
        Word("in a domestic partnership", "パートナーと暮らして", "known", ("domestic-partnership",)),
        Word("living with a partner", "パートナーと暮らして", "known", ("partnered", "cohabiting", "同棲中")),
        Word("divorced", "離婚して", "known", ("離婚",)),
        Word("separated", "別居中", "known"),
        Word("widowed", "配偶者と死別して", "known", ("死別", "widow", "widower")),
    ),
    other=lambda text: Word(quoted(text), quoted_ja(text)),
)
TABLE_SUFFIX = re.compile(
    r"(?:[\s-]*(?:tables?|seats?|seating|experiences?|area|席|テーブル|の席|がいい|希望|\s*please"
    r"|\s*if possible))+$",
    re.IGNORECASE,
)


def table(text: str) -> Word | None:
    """The word of an unknown kind of table: known without `table`, or quoted; None if it is negated."""
    if is_negated(text):
        return None
    name = TABLE_SUFFIX.sub("", text)
    return TABLES.known(name) or Word(quoted(text), quoted_ja(text), "said")


TABLES = Lexicon(
    (
        Word(
            "communal table experiences",
            "相席",
            also=("communal", "communal-table", "shared", "相席テーブル", "sharing"),
        ),
        Word(
            "private table experiences",
            "個室",
            also=("private", "private-table", "private-room", "完全個室", "半個室"),
        ),
        Word("counter seating", "カウンター", also=("counter", "カウンター席", "counter-seat")),
        Word("bar seating", "バーカウンター", also=("bar", "bar-seat", "at the bar")),
        Word(
            "outdoor seating",
            "テラス",
            also=("outdoor", "outdoors", "outside", "patio", "terrace", "テラス席", "屋外"),
        ),
        Word("indoor seating", "屋内", also=("indoor", "indoors", "inside", "室内")),
        Word(
            "window seating",
            "窓際",
            also=("window", "窓側", "窓際の席", "window-seat", "by the window", "near the window"),
        ),
        Word("booth seating", "ボックス席", also=("booth", "booths", "ボックス")),
        Word("rooftop seating", "屋上の席", also=("rooftop", "roof", "屋上")),
        Word("garden seating", "庭の見える席", also=("garden",)),
        Word(
            "lounge seating", "ラウンジ", also=("lounge", "sofa", "couch", "ソファ", "ソファー", "ソファ席")
        ),
        Word("tatami seating", "座敷", also=("tatami", "zashiki", "お座敷", "小上がり")),
        Word("sunken kotatsu seating", "掘りごたつ", also=("horigotatsu", "掘りごたつ席", "掘りごたつの席")),
        Word(
            "chef's table experiences",
            "シェフズテーブル",
            also=("chef's-table", "chefs-table", "chef", "chef's"),
        ),
        Word(
            "quiet tables",
            "静かな席",
            also=("quiet", "quiet table", "quiet corner", "静か", "静かなところ", "落ち着いた席"),
        ),
        Word("corner tables", "隅の席", also=("corner", "corner table", "in the corner", "端の席", "角の席")),
        Word(
            "high tables",
            "ハイテーブル",
            also=("high", "high-top", "high top", "bar table", "standing", "立ち席"),
        ),
        Word("round tables", "丸テーブル", also=("round", "円卓")),
        Word(
            "large tables",
            "大きなテーブル",
            also=("large", "big", "long", "大テーブル", "large group", "big group"),
        ),
        Word(
            "tables for two",
            "二人用のテーブル",
            also=(
                "table for two",
                "for two",
                "two",
                "two-person",
                "couple",
                "2人席",
                "二人席",
                "table for 2",
                "2名席",
                "カップルシート",
            ),
        ),
        Word(
            "tables for one",
            "一人用の席",
            also=("table for one", "for one", "solo", "single", "一人席", "1人席", "おひとりさま席"),
        ),
        Word(
            "tables for four",
            "四人用のテーブル",
            also=("table for four", "for four", "table for 4", "4人席", "四人席"),
        ),
        Word(
            "small group table experiences",
            "少人数のテーブル",
            also=("small-group", "small", "少人数", "少人数席", "small groups"),
        ),
    ),
    other=table,
)
HEADS = """
    event dinner lunch brunch breakfast supper class night party tour tasting workshop meetup mixer
    session club course hike picnic potluck retreat concert lecture talk webinar seminar show
    festival market fair walk trip quiz fundraiser gala barbecue outing gathering social evening
    meal tea reception
"""
EVENT_HEADS = frozenset(HEADS.split())
EVENT_SUFFIX = re.compile(r"(?:\s+events?|\s*イベント|の会)+$", re.IGNORECASE)


def event_type(text: str) -> Word | None:
    """The word of an unknown type of event, in the plural; None for what is no type."""
    name = EVENT_SUFFIX.sub("", text).strip() or text
    if known := EVENT_TYPES.known(name) or EVENT_TYPES.known(folded_kind(name)):
        return known
    if is_negated(text) or not is_phrase(text):
        return None
    if is_japanese(text):
        return Word(f"{quoted(text)} events", text)
    head = name.rpartition(" ")[2].casefold()
    if head in EVENT_HEADS:
        return Word(plural(name if " " in name else head), text)
    return Word(name if folded_kind(head) != head else f"{name} events", text)


def plural(noun: str) -> str:
    """`cooking class` as `cooking classes`."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


EVENT_TYPES = Lexicon(
    (
        Word("wine tastings", "ワインテイスティング", also=("wine-tasting", "ワイン会")),
        Word("cooking classes", "料理教室", also=("cooking-class", "クッキングクラス")),
        Word("dinners", "ディナー", also=("dinner", "夕食会")),
        Word("lunches", "ランチ", also=("lunch", "昼食会")),
        Word("brunches", "ブランチ", also=("brunch",)),
        Word("breakfasts", "朝食会", also=("breakfast",)),
        Word("tastings", "テイスティング", also=("tasting", "試飲会", "試食会")),
        Word("workshops", "ワークショップ", also=("workshop",)),
        Word("supper clubs", "サパークラブ", also=("supper-club",)),
        Word("pop-ups", "ポップアップ", also=("pop-up", "popup")),
        Word("parties", "パーティー", also=("party",)),
        Word("happy hours", "ハッピーアワー", also=("happy-hour",)),
        Word("networking events", "交流会", also=("networking", "meetup", "mixer")),
        Word("social events", "懇親会", also=("social", "socials", "飲み会")),
        Word("food tours", "フードツアー", also=("food-tour",)),
        Word("sake tastings", "日本酒テイスティング", also=("sake-tasting", "日本酒の会")),
        Word("coffee tastings", "コーヒーテイスティング", also=("coffee-tasting",)),
        Word("online events", "オンラインイベント", also=("online", "virtual", "webinar", "オンライン")),
    ),
    other=event_type,
)
