"""Dietary restrictions: kinds of eaters, food that is needed, allergies, food that is avoided, own words."""

import re
from collections.abc import Iterable
from functools import lru_cache

from schemas.profile.summary.foods import ALLERGIES, AVOIDED, EATERS, FOOD
from schemas.profile.summary.lexicon import Lexicon, Word, clean, rows
from schemas.profile.summary.phrases import (
    is_anything,
    is_japanese,
    is_negated,
    is_phrase,
    is_useless,
    quoted,
    quoted_ja,
)

NONE_EN = r"(?:no|none|zero|without|don['’]?t have|do not have|have no|there are no|not any)"
NEEDS_EN = (
    r"(?:(?:known|food|foods|dietary|special|particular|other|real|current|specific|such|serious|any|or"
    r"|and|/|,)\s*)*"
    r"(?:allerg(?:y|ies|ic|ens)|restrictions?|diets?|intolerances?|preferences?|requirements?|needs"
    r"|limits|limitations?"
    r"|issues?|problems?|concerns)"
)
TAIL_EN = (
    r"(?:[\s,]+(?:that i know of|known|so far|at all|thanks?|thank you|really|to (?:note|report|declare"
    r"|mention)|yet|please"
    r"|for me|in particular))*"
)
NEEDS_JA = "(?:アレルギー|制限|好き嫌い|苦手|食べられない|問題|偏食|制約|要望|希望|指定|配慮|持病)"
NO_RESTRICTIONS = re.compile(  # to its end, as `no restrictions except nuts` says the contrary
    rf"(?:i |currently )*{NONE_EN} {NEEDS_EN}(?:[\s,/]*(?:or|and|nor|no|/|,)\s*{NEEDS_EN})*{TAIL_EN}"
    rf"|(?:none|nothing)(?: known| special| in particular){TAIL_EN}|n\.?k\.?d?\.?a\.?"
    r"|(?:i['’]?m |i am )?(?:not|no longer) (?:allergic(?: to anything)?|restricted|picky|an? \w+|vegan"
    r"|vegetarian|pescatarian)"
    r"|allergic to (?:nothing|none)|(?:an? )?omnivor\w*|carnivore|meat[ -]?(?:eater|lover)"
    r"|(?:i )?(?:can |will |do )?eat(?:s|ing)? (?:(?:almost|nearly) )?(?:everything|anything|all|whatever)"
    r"|(?:regular|normal|standard)(?: (?:diet|food|eater))?|(?:i['’]?m |i am )?(?:fine|good|ok|okay|easy"
    r"|all good)"
    rf"|(?:特に|とくに|食物|食べ物の?|食材の?|今のところ|現在|基本的に)*{NEEDS_JA}(?:な)?(?:もの|物|食材"
    rf"|食べ物)?(?:は|も|が|など|等)*"
    r"(?:特に|とくに|全く|何も|一切)*(?:な(?:し|い)|無し|無い?|ありません|ございません)(?:です)?"
    r"|(?:私は|基本的に|基本)?(?:何|なん|なに)でも(?:食べます|食べる|食べられます|食べれます|OK|大丈夫"
    r"|いい|可|好き|いけます)?(?:です)?"
    r"|(?:すべて|全部|全て)?(?:大丈夫|問題な(?:し|い)|問題ありません)(?:です)?",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:but|except|excluding|only if|unless|sometimes|mostly|usually|trying|may|might|some|prefer\w*)\b"
    r"|以外|けど|時々|少し|なるべく|できれば|場合"
)
DENIED_ALLERGY = re.compile(
    r"\b(?:no|not|never|without|isn['’]t|don['’]t)\b.*\b(?:allerg|intoleran)", re.IGNORECASE
)
ALLERGY = re.compile(
    r"(?:i['’]?m |i am |i have |have )?(?:an? )?"
    r"(?:(?:mild|mildly|severe|severely|slight|slightly|very|highly|deadly|serious|food) )*"
    r"(?:allergic to|allergy to|allergies to|allergy:|allergies:|allergy -)\s*(?P<to>.+)"
    r"|(?:(?:mild|severe|slight|serious|strong|food) )*(?P<of>.+?)[\s-]+(?:allergy|allergies|allergic)"
    r"(?: \((?:mild|severe)\))?"
    r"|(?P<ja>.+?)(?:に|の)?(?:食物)?アレルギー(?:が?あり(?:ます)?|持ち|です|体質"
    r"|が?ある)?(?:[（(](?:重度|軽度|重い|軽い)[)）])?",
    re.IGNORECASE,
)
AVOIDS = re.compile(
    r"(?:i )?(?:no|avoids?|avoiding|without|dislikes?|hates?|hold the|please no|never|(?:do not|don['’]?t"
    r"|can(?:['’]?t|not)"
    r"|cannot|won['’]?t|does not|doesn['’]?t)(?: (?:eat|have|drink|do"
    r"|like))) (?:eat )?(?P<no>.+?)(?: please)?"
    r"|(?P<of>.+?)[\s-]+(?:intolerant|intolerance|sensitivity)"
    r"|(?P<ja>.+?)(?:が|は|を)?(?:苦手|抜き|なし|無し|不可|NG|ＮＧ|禁止|ダメ|だめ|駄目|嫌い|食べられない"
    r"|食べられません|食べない"
    r"|食べません|飲めない|飲めません|避けて(?:いる|います)?|避けたい|控えて(?:いる|います)?)(?:です|な方)?",
    re.IGNORECASE,
)
FREE = re.compile(r"(?P<of>[a-z]+(?: [a-z]+)?)[\s-]free(?: (?:diet|food|please|only))?", re.IGNORECASE)
I_AM = re.compile(r"^(?:i['’]?m|i am)\s+(?:an?\s+)?|です$", re.IGNORECASE)
NO_FOOD = re.compile(
    r"\b(?:problems?|issues?|trouble|with|for|about|than|if|at|preference|restrictions?)\b", re.IGNORECASE
)
NO = re.compile(r"^(?:no|and|or|any|also|to)\s+", re.IGNORECASE)
AND = re.compile(
    r"\s*(?:,|/|&|\+|、|・|，|;|\band\b|\bor\b"
    r"|(?<=[ぁ-んァ-ヶー一-龯])と(?=[ぁ-んァ-ヶ一-龯]))\s*",
    re.IGNORECASE,
)
LONGEST = 300  # letters of a text: little of what it says is cut off
MOST_FOODS, MOST_WORDS, MOST_LETTERS = 8, 3, 20  # foods of a text, words and letters of a food


@lru_cache(4096)
def needs_of(raw: str) -> tuple[Word, ...]:
    """What a text says of dietary needs; empty if it says that there are none, or nothing."""
    text = clean(raw, LONGEST)
    if not text or NO_RESTRICTIONS.fullmatch(text):
        return ()
    text_or_noun = I_AM.sub("", text)
    if known := DIETS.known(text_or_noun) or DIETS.known(f"{text_or_noun}s"):
        return (known,)
    if is_useless(text) or is_anything(text):
        return ()
    several = [DIETS.known(part.strip()) for part in AND.split(text)]
    if len(several) > 1 and all(several):
        return tuple([word for word in several if word])
    if not HEDGE.search(text) and not DENIED_ALLERGY.search(text):
        for pattern, kind, lexicon in ((ALLERGY, "allergy", ALLERGENS), (AVOIDS, "avoided", AVOIDABLE)):
            if (match := pattern.fullmatch(text)) and (foods := foods_of(match, kind, lexicon)):
                return foods
        if (match := FREE.fullmatch(text)) and is_phrase(match["of"]):
            return (Word(f"{match['of'].lower().replace(' ', '-')}-free", f"{match['of']}フリー", "food"),)
    return (Word(quoted(text), quoted_ja(text), "said"),)


def foods_of(match: re.Match[str], kind: str, lexicon: Lexicon) -> tuple[Word, ...]:
    """The foods that a match names; empty if one of them is more than a name."""
    named = next(group for group in match.groupdict().values() if group)
    foods = [food for part in AND.split(named) if (food := NO.sub("", part.strip()))]
    words = [lexicon.known(food) or lexicon.known(f"{food}s") or other_food(food, kind) for food in foods]
    return (
        tuple([word for word in words if word]) if words and all(words) and len(words) <= MOST_FOODS else ()
    )


def other_food(text: str, kind: str) -> Word | None:
    """The word of an unknown food; None if it is more than a name."""
    if not is_phrase(text) or is_negated(text) or is_anything(text) or NO_FOOD.search(text):
        return None
    if len(text.split()) > MOST_WORDS or len(text) > MOST_LETTERS:
        return None
    return Word(text if is_japanese(text) else text.lower(), text, kind)


def read_needs(texts: Iterable[str]) -> list[Word]:
    """What the texts say, each once; food that somebody is allergic to is not also avoided."""
    words = {(word.kind, word.en): word for text in texts for word in needs_of(text)}
    return [word for (kind, en), word in words.items() if kind != "avoided" or ("allergy", en) not in words]


ALLERGENS, AVOIDABLE = Lexicon(rows("allergy", *ALLERGIES)), Lexicon(rows("avoided", *AVOIDED))
DIETS = Lexicon((*rows("avoided", *AVOIDED), *EATERS, *rows("food", *FOOD)))
