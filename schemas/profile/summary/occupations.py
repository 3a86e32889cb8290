"""Occupations in English and Japanese."""

import re

from schemas.profile.summary.english_case import in_sentence, without_article
from schemas.profile.summary.lexicon import Lexicon, Word
from schemas.profile.summary.occupation_words import AGENT, AMBIGUOUS, HEAD_WORDS, NO_AGENTS, ROWS
from schemas.profile.summary.phrases import is_japanese, is_negated, is_phrase, quoted, quoted_ja

NO_WORK = ("retired ", "former ", "unemployed ", "ex-", "aspiring ")
STUDENTS = ("student", "学生", "院生", "生徒")
PREFIX = re.compile(
    r"^(?:(?:(?:i['’]?m|i am|currently|now|work(?:s|ing)? as|employed as|i work as|my job is|job:"
    r"|occupation:) )+(?:an? |the )?)",
    re.IGNORECASE,
)
PREFIX_JA = re.compile(
    r"^(?:現在は?、?|今は?、?|職業は?|私は)|(?:として働いて(?:い?ます|い?る)|をして(?:い?ます|い?る)|です"
    r"|やってます|勤務)$"
)
OF_PLACE = re.compile(r"\s(?:at|@|for|of|in|with|to|on)\s", re.IGNORECASE)
NO_TITLE = re.compile(
    r"[,()/|:]|\s[-–—]\s|^(?:looking|working|studying|trying|doing|making|running|taking|being|helping"
    r"|seeking"
    r"|searching)\b"
)
SEVERAL_JA = re.compile(r"[、,／/・（(「\s]")
SENIOR, LEVEL = (
    re.compile(r"^sr\b\.?\s+", re.IGNORECASE),
    re.compile(r"(?<! of)\s+(?:I{1,3}|IV|\d)$"),
)  # Engineer II
PARENT = re.compile(r"^(?:[\w-]+ )?(?:mother|mom|mum|dad|father|parent)(?: of |$)")
SMALL_WORDS = re.compile(r"\s(?:at|@|for|of|in|with|to|on|and|&)\s", re.IGNORECASE)
COMPANIES = re.compile(r"\b(?:inc|ltd|llc|corp|gmbh)\b|株式会社|有限会社|合同会社|㈱", re.IGNORECASE)
NO_MORE = re.compile(
    r"\b(?:retired|former|ex|was|not|no|aspiring|future|soon|past|previous|leave|trainee)\b|元|退|休|前"
    r"|志望|見習|予定|卒",
    re.I,
)
PERSON_JA = re.compile(
    r"(?:者|師|員|家|士|手|官|人|医|長|屋|職人|親方|監督|教授|講師|選手|俳優|女優|僧侶|住職|コーチ|モデル"
    r"|スタッフ|シェフ|ソムリエ"
    r"|パティシエ|バリスタ|アイドル|タレント|マン|ガイド|トップ|秘書|司書|巫女|棋士|学芸員|"
    r"[ァ-ヶ]+(?:ニア|ナー|ジャー|ター|ダー|マー|ラー|サー|カー|ヤー|チャー|スト|シャン|ピスト|ナリスト"
    r"|タント|ーサー|バー|ザー))$"
)
FIELD_JA = re.compile(r"(.{2,10}?)(?:関係|関連|系|職|業界|業務|の仕事|分野|部門|部)")
NO_PERSON_JA = re.compile(
    r"(?:失業者?|休職者?|求職者?|無職|患者|若者|高齢者|障害者|退職者|扶養者|受給者|浪人|一般人|主人|夫人"
    r"|恋人|個人|法人|本人|他人|大人|友人|求人|成人|会社員?経営|身長|社長室|手伝い手|センター|データ"
    r"|コンピューター)$"
)


def occupation(text: str) -> Word | None:
    """The word of an unknown occupation; its kind is `job`, `life` (no work), or `said` if it is quoted.

    A Japanese word is quoted in English; its kind is `job_ja` or `field_ja`. None for what is not so.
    """
    if is_negated(text) or COMPANIES.search(text):
        return None
    if is_japanese(text):
        return occupation_ja(text)
    title = LEVEL.sub("", SENIOR.sub("Senior ", without_article(PREFIX.sub("", text))))
    if known := OCCUPATIONS.known(title) or OCCUPATIONS.known(without_remark(title)):
        return known
    if is_title(title):
        noun = in_sentence(title)
        lower = noun.lower()
        ja = quoted_ja(title) if SMALL_WORDS.search(title) else title
        no_work = lower.startswith(NO_WORK) or lower.endswith(STUDENTS) or PARENT.search(lower)
        return Word(noun, ja, "life" if no_work else "job")
    return Word(quoted(text), quoted_ja(text), "said")


def is_title(text: str) -> bool:
    """Whether a text names a person by their work: `Head of Growth`, `nurse and teacher`."""
    if not is_phrase(text) or NO_TITLE.search(text):
        return False
    if text.casefold() in AMBIGUOUS:
        return False
    heads = [part.rpartition(" ")[2] for part in re.split(r"\s(?:and|&)\s", OF_PLACE.split(text)[0])]
    return all(is_agent(head.lower()) for head in heads)


def without_remark(text: str) -> str:
    """The text without a remark in brackets at its end, unless that may say that it is not so now."""
    bare, _, remark = text.rstrip(")）").replace("（", "(").partition("(")
    return text if NO_MORE.search(remark) else bare.strip()


def is_agent(head: str) -> bool:
    """Whether a noun means a person by what they do."""
    return head in HEAD_WORDS or (
        AGENT.fullmatch(head.rpartition("-")[2]) is not None and head not in NO_AGENTS
    )


def occupation_ja(text: str) -> Word | None:
    """The word of an unknown occupation in Japanese."""
    name = PREFIX_JA.sub("", text)
    if known := OCCUPATIONS.known(name) or OCCUPATIONS.known(without_remark(name)):
        return known
    if (field := FIELD_JA.fullmatch(name)) and (known := OCCUPATIONS.known(field[1])):
        return known
    said = quoted(text)
    if is_phrase(name) and not SEVERAL_JA.search(name):
        if name.endswith(STUDENTS):
            return Word(said, name, "life_ja")
        if PERSON_JA.search(name) and not NO_PERSON_JA.search(name):
            return Word(said, name, "job_ja")
        if field:
            return Word(said, field[1], "field_ja")
    return Word(said, quoted_ja(text), "said")


OCCUPATIONS = Lexicon(ROWS, other=occupation)
