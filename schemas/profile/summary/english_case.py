"""Capital letters inside an English sentence."""

ARTICLES = ("a ", "an ", "the ")
PUNCTUATION = ".,;:/&()'\"’"
NAMES_FOLLOW = frozenset({"at", "@", "for"})  # words after these are names: engineer at Blue Bottle
ABBREVIATION = 4  # letters at most of an abbreviation in a text that is all in capitals
PROPER = frozenset(
    (
        "American", "Arabic", "Argentinian", "Asian", "Australian", "Belgian", "Brazilian", "British",
        "Canadian", "Caribbean", "Chinese", "Danish", "Dutch", "Egyptian", "English", "Ethiopian",
        "European", "Filipino", "Finnish", "French", "German", "Greek", "Hebrew", "Hindi", "Hungarian",
        "Indian", "Indonesian", "Irish", "Israeli", "Italian", "Japanese", "Korean", "Latin", "Lebanese",
        "Malaysian", "Mandarin", "Mediterranean", "Mexican", "Moroccan", "Norwegian", "Persian",
        "Peruvian", "Polish", "Portuguese", "Russian", "Scottish", "Spanish", "Swedish", "Swiss", "Thai",
        "Turkish", "Ukrainian", "Vietnamese", "Welsh", "Christian", "Jewish", "Montessori", "Python",
        "Java", "Google", "Amazon", "Apple", "Facebook", "Microsoft", "Netflix", "Uber", "Disney", "Tesla",
        "Starbucks", "Ruby", "Linux", "Android", "Excel",
    )
)  # fmt: skip


def without_article(text: str) -> str:
    """The text without an article at its beginning."""
    lower = text.lower()
    return next((text[len(article) :] for article in ARTICLES if lower.startswith(article)), text)


def in_sentence(text: str) -> str:
    """A title as it is written inside a sentence: in lower case except abbreviations and names."""
    all_capitals, words = text.isupper(), text.split()
    lowered: list[str] = []
    for index, word in enumerate(words):
        if word.lower() in NAMES_FOLLOW:
            return " ".join([*lowered, word.lower(), *words[index + 1 :]])
        lowered.append("-".join([lower_case(part, all_capitals) for part in word.split("-")]))
    return " ".join(lowered)


def lower_case(word: str, all_capitals: bool) -> str:
    """A word in lower case, unless its capitals mean something (CEO, iOS, French, R).

    In a text that is `all_capitals` only short words are abbreviations.
    """
    bare = word.strip(PUNCTUATION)
    if not bare.isalpha() or bare in PROPER or (len(bare) == 1 and bare != "A"):
        return word
    if bare.isupper():
        return word.lower() if all_capitals and len(bare) > ABBREVIATION else word
    return word.lower() if bare == bare.capitalize() else word
