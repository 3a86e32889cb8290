"""Capitals in the middle of an English sentence."""

ARTICLES = ("a ", "an ", "the ")
PUNCTUATION = ".,;:/&()'\"’"
NAMES_FOLLOW = frozenset({"at", "@", "for"})  # an engineer at Blue Bottle
ABBREVIATION = 4  # letters at most, where everything is in capitals
PROPER = frozenset(
    (
        "American", "Arabic", "Argentinian", "Asian", "Australian", "Belgian", "Brazilian", "British",
        "Canadian", "Caribbean", "Chinese", "Danish", "Dutch", "Egyptian", "English", "Ethiopian",
        "European", "Filipino", "Finnish", "French", "German", "Greek", "Hebrew", "Hindi", "Hungarian",
        "Indian", "Indonesian", "Irish", "Israeli", "Italian", "Japanese", "Korean", "Latin", "Lebanese",
        "Malaysian", "Mandarin", "Mediterranean", "Mexican", "Moroccan", "Norwegian", "Persian",
        "Peruvian", "Polish", "Portuguese", "Russian", "Scottish", "Spanish", "Swedish", "Swiss", "Thai",
        "Turkish", "Ukrainian", "Vietnamese", "Welsh", "Christian", "Jewish", "Montessori", "Python",
        "Java",
    )
)  # fmt: skip


def without_article(text: str) -> str:
    """The noun alone."""
    small = text.lower()
    return next((text[len(article) :] for article in ARTICLES if small.startswith(article)), text)


def in_sentence(text: str) -> str:
    """A title as it is written inside a sentence: small letters but for abbreviations and names."""
    shouted, words = text.isupper(), text.split()
    found: list[str] = []
    for at, word in enumerate(words):
        if word.lower() in NAMES_FOLLOW:
            return " ".join([*found, word.lower(), *words[at + 1 :]])
        found.append("-".join([small(part, shouted) for part in word.split("-")]))
    return " ".join(found)


def small(word: str, shouted: bool) -> str:
    """A word in small letters, unless its capitals mean something (CEO, iOS, French, R)."""
    bare = word.strip(PUNCTUATION)
    if not bare.isalpha() or bare in PROPER or (len(bare) == 1 and bare != "A"):
        return word
    if bare.isupper():
        return word.lower() if shouted and len(bare) > ABBREVIATION else word
    return word.lower() if bare == bare.capitalize() else word
