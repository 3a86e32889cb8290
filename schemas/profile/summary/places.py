"""Places in sentences: neighbourhoods, ways of working that are given for one, venues, hosts."""

import re
from collections.abc import Collection

from schemas.profile.summary.lexicon import Lexicon, Word
from schemas.profile.summary.phrases import is_japanese, is_negated, is_phrase

POSTAL_CODE = re.compile(
    r"〒?\s?\d{3}[-－ー‐]\d{4}\s*|〒\s*|\b\d{5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\b"
)
STREET_WORDS = "street|st|avenue|ave|road|rd|lane|ln|blvd|boulevard|drive|dr|strasse|straße|rue|via|calle"
UNIT = r"\b(?:apt|apartment|suite|ste|unit|p\.?o\.? box)\b\.?\s*#?\d|\d{5,}"
STREET = re.compile(  # 12 Main St, Main Street 12, Apt 5, 3rd floor
    rf"^\d+(?:st|nd|rd|th)\s+(?:{STREET_WORDS})\b|^(?:rue|via|calle)\b.*\d|strasse\b|straße\b"
    r"|^\W*\d+[a-z]?\s+(?!(?:st|nd|rd|th|arr|ward|district|zone|chome)\b)\w"
    rf"|\b(?:{STREET_WORDS})\b\.?\s+\d|{UNIT}|\d+\s*(?:f|fl|floor|階|号室?)\b|\b(?:floor|room|bldg"
    rf"|no)\b\.?\s*#?\d|#\s?\d|\d{{4,}}",
    re.IGNORECASE,
)
STREET_OF_VENUE = re.compile(  # a number before a word may be a name: 21 Club
    rf"^\d+[a-z]?,?\s+(?:[\w.'’]+\s+){{1,3}}(?:{STREET_WORDS})\b|^(?:{STREET_WORDS})\b.*\d|{UNIT}",
    re.IGNORECASE,
)
BLOCK = re.compile(r"^\d+(?:-\d+)+\s+")  # 2-3-1 Marunouchi
BLOCK_JA = re.compile(
    r"[\d０-９一二三四五六七八九十]+(?:[-－ー‐−][\d０-９]+)+.*$|[\d０-９]+番.*$"
    r"|[一二三四五六七八九十]番地.*$|[\d０-９]+号(?![店館車線]).*$|\s*[\d０-９]+(?:階|[FＦ]).*$"
)
MOST_WORDS, MOST_LETTERS_JA = 4, 20  # of a neighbourhood
BRACKETS = re.compile(r"\s*[(（\[【].*?[)）\]】]\s*")
PARTS = re.compile(r"\s*[,、，;/／|・>＞→]\s*|\s+(?:or|and|&|-|–|—)\s+|(?<=\S)\s[-–—]\s")
IN_PLACES = re.compile(  # words of descriptions, which no name of a place begins with or has
    r"(?<![\w-])(?:near|nearby|in|at|from|close|next|between|around|by|off|outside|inside|within"
    r"|somewhere|anywhere|nowhere"
    r"|everywhere|abroad|overseas|elsewhere|minutes?|mins?|hours?|walk|station|home|house|office|work|job"
    r"|hq|headquarters|client"
    r"|clients|customers|travel\w*|commut\w*|hybrid|remote\w*|online|virtual\w*|zoom|freelance|retired"
    r"|student|school|self|employed"
    r"|campus|nomad|unemployed|moving|relocat\w*|with|parents|city|town|area code|internet|earth"
    r"|world)(?![\w-])|^(?:of|to|on"
    r"|and)\b",
    re.IGNORECASE,
)
NO_PLACE_JA = re.compile(
    r"(?:付近|近く|周辺|辺り|あたり|近辺|沿線|沿い|徒歩|勤務|会社|職場|自宅|実家|在宅|出張|転勤|各地|全国"
    r"|海外|国内|どこ|いろいろ"
    r"|様々|未満|以内|オンライン|リモート|テレワーク|引っ越|引越|検討|同じ|同上|学校|大学|無職|退職|客先"
    r"|常駐|本社|支社|支店|現場|分$)"
)
FIRMS = (
    "google|alphabet|meta|facebook|amazon|apple|microsoft|netflix|uber|lyft|salesforce|stripe|twitter"
    "|tesla|airbnb|ibm|oracle"
    "|linkedin|openai|adobe|intel|nvidia|starbucks|sony|toyota|honda|nintendo|rakuten|楽天|トヨタ|ソニー"
    "|任天堂|三菱.*|三井.*|日立|富士通"
)
FIRM = re.compile(rf"(?:the )?(?:{FIRMS})(?:\s.*)?", re.IGNORECASE)
COMPANY = re.compile(
    r"\b(?:inc|ltd|llc|llp|corp|corporation|gmbh|co|company|plc|k\.?k)\b\.?$|株式会社|有限会社|合同会社"
    r"|法人|㈱",
    re.I,
)
THE = """
    US / USA / UK / United States / United Kingdom / Netherlands / Philippines / Bay Area / East Bay
    / Peninsula / Bronx / East Village / West Village / Upper East Side / Upper West Side / Lower
    East Side / Tenderloin / Marina / Richmond / Castro
"""
WITH_THE = {name.casefold(): f"the {name}" for name in " ".join(THE.split()).split(" / ")}
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)\b")
SMALL = frozenset(
    {"the", "of", "de", "la", "le", "du", "des", "del", "von", "am", "an", "der", "upon", "sur"}
)
ONLINE = Word(
    "online",
    "オンライン",
    "online",
    ("zoom", "virtual", "virtually", "webinar", "web", "internet", "online event"),
)


def area(text: str) -> Word | None:
    """The neighbourhood in an unknown text; None for an address, a description, a firm, anything else.

    Of `Noe Valley, San Francisco, CA 94114` it is the first part, of a Japanese address all but the block.
    """
    if is_negated(text) or COMPANY.search(text) or FIRM.fullmatch(text):
        return None
    if is_japanese(text):
        return area_ja(text)
    parts = PARTS.split(BRACKETS.sub(" ", text).strip())
    name = " ".join(BLOCK.sub("", POSTAL_CODE.sub("", parts[0])).split())
    if not is_name_of_area(name):
        return None
    if name.casefold() in WITH_THE:
        return Word(WITH_THE[name.casefold()], name)
    if name.startswith("The "):
        return Word(f"the {name[4:]}", name)
    if ORDINAL.match(name):
        return Word(f"the {name}", name)
    name = with_capitals(name, SMALL)
    return Word(name, name)


def is_name_of_area(name: str) -> bool:
    """Whether a text can be the name of a neighbourhood: short, and neither an address nor a description."""
    is_short = len(name) > 1 and len(name.split()) <= MOST_WORDS
    return is_short and not STREET.search(name) and not IN_PLACES.search(name) and is_phrase(name)


def with_capitals(name: str, small: Collection[str] = ()) -> str:
    """A name that is all in small letters, or several words in capitals, with capitals as in a name.

    Words that are among the `small` ones stay so.
    """
    if name.islower() or (name.isupper() and " " in name):
        return " ".join([word if word in small else word.capitalize() for word in name.split()])
    return name


def area_ja(text: str) -> Word | None:
    """The neighbourhood in a text with Japanese letters."""
    name = BLOCK_JA.sub("", POSTAL_CODE.sub("", BRACKETS.sub("", text))).strip()
    name = PARTS.split(name)[0].strip()
    if not name or len(name) > MOST_LETTERS_JA or NO_PLACE_JA.search(name) or not is_phrase(name):
        return None
    return Word(name, name)


ONLINE_TEXT = re.compile(
    r"(?:live )?(?:on|via) (?:zoom|google meet|teams|skype|youtube|instagram|discord)"
    r"|(?:online|オンライン|virtual|zoom|google meet|ms teams|microsoft teams|skype|webex)(?:$|\W)",
    re.IGNORECASE,
)
AT = re.compile(r"^(?:at|in|@)\s+", re.IGNORECASE)
BY = re.compile(r"^(?:hosted )?by\s+", re.IGNORECASE)
NO_VENUE = re.compile(
    r"^(?:no|not|none)\b(?!\.)|^(?:home|our home|house|office|our office|the office|various.*|secret.*"
    r"|private.*|location.*"
    r"|venue.*|place|somewhere.*|address.*)$"
    r"|\b(?:follow|announced?|confirmed|email|details|later)\b|^(?:自宅|会社|職場|各自|現地)$|連絡"
    r"|お知らせ|案内|未定|後日|追って|詳細|確認|調整",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"(?:(?:our|the) )?(?:staff|team|self|me|us|we|organi[sz]ers?|admin|host|guests?|members?|everyone"
    r"|friends?|various hosts)"
    r"|スタッフ|運営(?:チーム|事務局|者)?|主催者?|事務局|各自|自分|有志|メンバー|各回.*|毎回.*"
    r"|.*異なり?(?:ます|る)?|当番.*|持ち回り.*",
    re.IGNORECASE,
)


def venue(text: str) -> Word | None:
    """The venue in an unknown text: its name without the address; None for an address alone or a sentence."""
    name = BRACKETS.sub(" ", text).strip() or text
    if ONLINE_TEXT.match(name):
        return ONLINE
    first = re.split(r"\s*[,、，;|]\s*", AT.sub("", name))[0]
    if NO_VENUE.search(name) or any(
        pattern.search(first) for pattern in (STREET_OF_VENUE, POSTAL_CODE, BLOCK_JA)
    ):
        return None
    return Word(first, first) if first and is_phrase(first) else None


def host(text: str) -> Word | None:
    """The host in an unknown text; None for a sentence."""
    name = BY.sub("", text)
    if NOBODY.fullmatch(name) or not is_phrase(name):
        return None
    name = with_capitals(name)
    return Word(name, name)


ONLINE_VENUES = (
    "google meet",
    "microsoft teams",
    "ms teams",
    "teams",
    "skype",
    "webex",
    "discord",
    "youtube",
    "zoom meeting",
)
WAYS = (  # ways of working that are given for the place of work
    Word(
        "remotely",
        "リモート",
        "way",
        (
            "remote",
            "remote-work",
            "remote work only",
            "fully remote",
            "work remotely",
            "リモートワーク",
            "テレワーク",
            "full remote",
            "フルリモート",
            "100% remote",
            "working remotely",
            "telework",
            "online",
            "anywhere",
        ),
    ),
    Word(
        "from home",
        "在宅",
        "way",
        (
            "home",
            "wfh",
            "work-from-home",
            "working from home",
            "at-home",
            "home-office",
            "自宅",
            "在宅勤務",
            "在宅ワーク",
            "my house",
            "house",
            "my home",
            "自宅勤務",
            "家",
        ),
    ),
    Word(
        "partly from home",
        "一部在宅",
        "way",
        ("hybrid", "hybrid remote", "hybrid work", "ハイブリッド", "ハイブリッド勤務"),
    ),
    Word("downtown", "中心街", "way", ("city center", "city centre", "in the city center", "中心部")),
)
PLACES = Lexicon(WAYS, other=area)
AREAS = Lexicon([Word("downtown", "中心街", "way", ("city center", "city centre", "中心部"))], other=area)
VENUES = Lexicon([ONLINE._replace(also=(*ONLINE.also, *ONLINE_VENUES))], other=venue)
HOSTS = Lexicon(other=host)
