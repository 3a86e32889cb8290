"""What an unknown text is: a phrase for a sentence, a sentence of its own, or no value at all."""

import re
from functools import lru_cache

LINK = re.compile(
    r"https?:|www\.|\S@\S|(?<![\w.])@\w|(?<!\w)[\w-]+\.(?:com|org|jp|io|co|app|ly|gl|us)(?![\w.])",
    re.IGNORECASE,
)
PRICE = re.compile(
    r"[$€£¥￥][\s\d]|\d\s?[$€£¥￥]|\d\s?(?:円|万円|ドル|ユーロ|yen\b|usd|eur\b|euros?\b|gbp|jpy"
    r"|dollars?\b|bucks\b)"
    r"|\b(?:USD|JPY|EUR|GBP)\s?\d",
    re.IGNORECASE,
)
CODE = re.compile(
    r"\{\{|\}\}|\$\{|\*\||%\w+%|</?[a-z]|&\w+;|#REF|[0-9a-f]{8}-?[0-9a-f]{4}|[_=\\^~]{2}", re.IGNORECASE
)
NEGATION = re.compile(
    r"(?<![\w-])(?:no|not|never|none|nothing|nobody|nowhere|without|except|excluding|unless|nor|neither"
    r"|dis?likes?"
    r"|hates?|avoid\w*|cannot|(?:do|does|did|ca|wo|is|are|was|have|has|could|would|should)n['’]?t|unable"
    r"|allerg\w*"
    r"|anything but|rather than|instead)(?![\w-])"
    r"|ない$|ないで|ません|な(?:し|い)(?=[でのがを。]|$)|無し|以外|嫌い|きらい|苦手|にがて|不可|禁止"
    r"|(?<=[ぁ-んァ-ヶ一-龯])NG"
    r"|避け|抜き|ダメ|だめ|駄目|無理|控え",
    re.IGNORECASE,
)
ANYTHING = re.compile(
    r"(?:(?:i|we)(?:'ll| will| can)? (?:like|love|eat|enjoy|take|do|am) |i['’]m )?(?:basically "
    r"|literally |almost |pretty much )?"
    r"(?:any|anything|anywhere|any ?one|any ?time|all|everything|everywhere|every|whatever|whichever"
    r"|either|both"
    r"|flexible|open to (?:anything|everything|all)|up to you|you choose|surprise me|(?:it "
    r"|that )?(?:all )?depends|var(?:ious|ies|ied)|a (?:wide )?variety"
    r"|multiple|several|different|many|a lot|lots|mixed?|same|similar|wherever|no matter|doesn['’]?t matter"
    r"|don['’]?t (?:mind|care)|easy|easygoing|not (?:picky|fussy)|not particular|too many(?: to list"
    r"| to name)?|a bit)"
    r"(?: (?:of|is|are|fine|ok|okay|good|goes|really|kinds?|types?|sorts?|at all|will do|works|food|foods"
    r"|cuisines?"
    r"|tables?|seats?|seating|places?|things?|stuff|where|one|for me|by me|to|with|me|them|it|that"
    r"|the above|above|ideas"
    r"|suggestions|everything|anything|on|the|day|mood|my|options?|here|there|depends))*",
    re.IGNORECASE,
)
ANYTHING_JA = re.compile(
    r"(?:(?:ジャンルは|料理は|席は)?(?:何|なん|なに|どこ|どちら|誰|だれ|いつ|どれ|どんな.{0,4}"
    r"|どの.{1,4})でも"
    r"(?:いい|良い|よい|OK|可|食べ(?:ます|る|られます)|大丈夫|好き|構いません|かまいません|結構|いけます"
    r"|歓迎)?(?:です)?"
    r"|(?:お?まか|お任)せ(?:します|で|です)?|こだわ(?:り|ら)(?:は|も)?(?:特に)?(?:ない|なし|ません"
    r"|ありません|ず)(?:です)?"
    r"|(?:特|とく)に(?:希望|指定|こだわり|好み)?(?:は|も)?(?:なし|ない|無し|ありません|ないです)"
    r"|すべて|全て|全部|ぜんぶ|いろいろ|色々|様々|さまざま|いろんな(?:もの|料理|こと)|オールジャンル"
    r"|ジャンルは?問わず|指定なし|希望なし"
    r"|不問|問いません|問わない|自由|フリー|好き嫌い(?:は)?(?:なし|ない|ありません)|たくさん(?:あります)?"
    r"|多数|複数|各種"
    r"|その時の気分|気分次第|場合による|(?:おいしい|美味しい|うまい|旨い)(?:もの|物|料理|店)(?:なら何でも"
    r"|全般)?)"
)
CLAUSE = re.compile(  # words of a sentence, which no name of a thing has
    r"(?<![\w-])(?:i|i['’](?:m|ve|d|ll)|me|my|mine|myself|we|we['’]re|our|you|your|he|she|they|their"
    r"|it['’]s|is|are|was"
    r"|were|am|have|has|had|does|did|would|could|should|must|wants?|wanna|loves|like|likes|enjoys?"
    r"|prefers?|needs?"
    r"|trying|please|thanks|thank|yes|yeah|ok|okay|maybe|perhaps|probably|depends|depending|looking"
    r"|sometimes|mostly"
    r"|usually|often|currently|just|really|very|too|also|only|when|because|if|so|works?|working|live"
    r"|lives|living"
    r"|moved|moving|born|used|hello|hi|tbh|lol|same|see|ask|call|been|being|there|here|etc|idk|anything"
    r"|everything"
    r"|something|someone|somewhere|things?|stuff|whatever|basically|especially|particularly|plus"
    r"|ideally)(?![\w-])"
    r"|[?!;…]|(?<!St)(?<!Mt)(?<!Ft)(?<!Dr)(?<!Mr)(?<!Ms)(?<!No)(?<![A-Z])[.] |\w: ",
    re.IGNORECASE,
)
CLAUSE_JA = re.compile(
    r"(?:です|ます|ました|でした|ください|下さい|たい|だ|だよ|だね|かな|かも|けど|ので|から|ところ"
    r"|してる|している|した|だった"
    r"|られる|れる|っている|ている|てる|ている人|ほしい|欲しい|好き|大好き|得意|興味あり|希望|予定|的|たり"
    r"|など|とか|たくさん|いっぱい|(?:活動|募集|検討|勉強|修行|育児|子育て|休職|療養|準備|練習|妊娠|求職"
    r"|就活)中)$"
    r"|[。？！…]|です[。、]|ます[。、]|私|僕|わたし|自分|けど|ので|とか"
)
MOST_WORDS, MOST_LETTERS = 6, 40  # of a phrase
QUOTES = str.maketrans({'"': "’", "“": "’", "”": "’"})
QUOTES_JA = str.maketrans({"「": "『", "」": "』"})


@lru_cache(4096)
def is_useless(text: str) -> bool:
    """Whether a text is no word at all: a link, an address, a price, a code, or without letters."""
    return not any(map(str.isalpha, text)) or any(
        pattern.search(text) is not None for pattern in (LINK, PRICE, CODE)
    )


def is_anything(text: str) -> bool:
    """Whether a text says that everything will do, so that it is no preference."""
    return ANYTHING.fullmatch(text) is not None or ANYTHING_JA.fullmatch(text) is not None


def is_negated(text: str) -> bool:
    """Whether a text says what is not, or may do so."""
    return NEGATION.search(text) is not None


@lru_cache(4096)
def is_phrase(text: str) -> bool:
    """Whether a text can be taken for the name of something: neither a sentence nor long, and not clipped."""
    if len(text) > MOST_LETTERS or len(text.split()) > MOST_WORDS or CLAUSE.search(text):
        return False
    return text.isascii() or CLAUSE_JA.search(text) is None


def is_japanese(text: str) -> bool:
    """Whether a text has a letter of an East Asian script."""
    return max(text) >= "\u2e80"


def quoted(text: str) -> str:
    """The text in English quotation marks."""
    return f'"{text.translate(QUOTES)}"'


def quoted_ja(text: str) -> str:
    """The text in Japanese quotation marks."""
    return f"「{text.translate(QUOTES_JA)}」"
