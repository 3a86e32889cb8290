"""Interests in English and Japanese."""

import re

from schemas.profile.summary.english_case import in_sentence
from schemas.profile.summary.lexicon import Lexicon, Word, rows
from schemas.profile.summary.phrases import is_japanese, is_negated, is_phrase, quoted

PREFIX = re.compile(
    r"^(?:i(?:['’]?m| am)? )?(?:(?:also|really|very|just|mostly|especially) )*(?:(?:love|like|enjoy|loves"
    r"|likes|enjoys|into|interested in|fond of"
    r"|a? ?(?:big |huge )?fan of|keen on|passionate about|learning about|all things|anything"
    r"|everything) )+(?P<thing>(?!to ).+)$",
    re.IGNORECASE,
)
TO = re.compile(
    r"^(?:i )?(?:(?:really )?(?:want|love|like|enjoy|prefer|learn|hope|plan)(?:s"
    r"|ing)? )*to (?P<verb>[a-z]+)(?P<rest>(?: .+)?)$",
    re.IGNORECASE,
)
VERB = re.compile(  # a verb that is no noun as well, with what follows
    r"(?P<verb>be|go|get|meet|make|watch|listen|learn|explore|visit|play|try|take|see|spend|have|discover"
    r"|eat|drink|read|write"
    r"|cook|bake|sing|build|collect|grow|help|hang|chill|socialize|attend|enjoy|find)(?P<rest> .+)",
    re.IGNORECASE,
)
SUFFIX_JA = re.compile(
    r"(?:を(?:する|やる|見る|聴く|楽しむ)?)?(?:が|も|に|の|は)?(?:大好き|好き|趣味|得意"
    r"|興味(?:が)?(?:あり(?:ます)?|ある)?|したい|やりたい|関心(?:が)?(?:あり(?:ます)?|ある)?)"
    r"(?:です|だ)?$|(?:を)?(?:しています|します|してます)$"
)
PARTICLES_JA = tuple("のをにがはでと")
VERB_JA = re.compile(r"(?:[一-龯々ぁ-ん][くむぐぶすうつぬる]|[一-龯]べ?る|する)$")
SHORT_VERB = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")  # run, knit: the last letter is doubled before -ing


def interest(text: str) -> Word | None:
    """The word of an unknown interest: known inside it, or a noun; None for a sentence, or what is not."""
    first, *others = re.split(r"\s*[,、;]\s*", text)
    if others:
        return INTERESTS.read(first)
    if is_negated(text):
        return None
    if is_japanese(text):
        return interest_ja(text)
    if (match := TO.fullmatch(text) or VERB.fullmatch(text)) is not None:
        name = f"{gerund(match['verb'].lower())}{match['rest']}"
        if known := INTERESTS.known(f"{match['verb']}{match['rest']}"):
            return known
    else:
        name = match["thing"] if (match := PREFIX.fullmatch(text)) else text
    if known := INTERESTS.known(name):
        return known
    if known := INTERESTS.known(name.partition("/")[0]):
        return known
    return Word(uncapitalised(name), name) if is_phrase(name) else None


def uncapitalised(text: str) -> str:
    """`Playing guitar` as `playing guitar`, as its capital only begins the text; `Star Wars` stays."""
    first, _, rest = text.partition(" ")
    if rest.islower() or first.endswith("ing"):
        return f"{in_sentence(first)} {rest}".rstrip()
    return text


def interest_ja(text: str) -> Word | None:
    """The word of an unknown interest in Japanese; a verb becomes a noun with こと."""
    name = re.sub(r"(?<=[るくむぐぶすうつぬ])の$", "", SUFFIX_JA.sub("", text))
    if known := INTERESTS.known(name):
        return known
    if not name or not is_phrase(name) or (name.endswith(PARTICLES_JA) and not name.endswith("こと")):
        return None
    if VERB_JA.search(name) and len(name) > 1:
        name = f"{name}こと"
        return INTERESTS.known(name) or Word(quoted(text), name)
    return Word(name, name)


def gerund(verb: str) -> str:
    """`bake` as `baking`, `knit` as `knitting`."""
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and len(verb) > 2:
        return f"{verb[:-1]}ing"
    return f"{verb}{verb[-1]}ing" if SHORT_VERB.fullmatch(verb) else f"{verb}ing"


INTERESTS = Lexicon(
    rows(
        "known",
        ("hiking", "ハイキング", "hike", "hikes"),
        ("mountain climbing", "登山", "mountaineering"),
        ("photography", "写真", "photos", "写真撮影", "taking photos"),
        ("cooking", "料理", "cook", "料理作り", "料理すること"),
        ("reading", "読書", "books", "read", "本", "本を読むこと"),
        ("pottery", "陶芸", "ceramics"),
        ("running", "ランニング", "ジョギング", "run", "jogging"),
        ("the tea ceremony", "茶道", "tea-ceremony"),
        ("film", "映画", "映画鑑賞", "movie", "watching movies", "movies", "films", "cinema"),
        ("music", "音楽", "listening to music", "音楽鑑賞"),
        ("jazz", "ジャズ"),
        ("cycling", "サイクリング", "biking", "cycle", "自転車"),
        ("chess", "チェス"),
        ("gardening", "ガーデニング", "園芸"),
        ("travel", "旅行", "traveling", "travelling", "旅", "旅行すること", "trips"),
        ("art", "アート", "美術"),
        ("wine", "ワイン"),
        ("sake", "日本酒"),
        ("tea", "お茶"),
        ("coffee", "コーヒー"),
        ("yoga", "ヨガ"),
        ("surfing", "サーフィン", "surf"),
        ("skiing", "スキー", "ski"),
        ("camping", "キャンプ"),
        ("swimming", "水泳", "swim", "泳ぐこと"),
        ("tennis", "テニス"),
        ("painting", "絵画", "paint"),
        ("dancing", "ダンス", "dance"),
        ("gaming", "ゲーム", "games", "video-games"),
        ("board games", "ボードゲーム"),
        ("baking", "お菓子作り", "bake"),
        ("food", "グルメ", "foodie", "good food", "eat", "eating", "食べること", "食べ歩き"),
        ("fashion", "ファッション"),
        ("theater", "演劇", "theatre"),
        ("technology", "テクノロジー", "tech"),
        ("volunteering", "ボランティア"),
    ),
    other=interest,
)
