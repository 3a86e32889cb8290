"""Values that databases contain for a field, each with its meaning."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, NamedTuple


class Value(NamedTuple):
    """A value and its meaning; `bad`: it has no meaning, and the document should have a note."""

    raw: Any
    meant: Any
    bad: bool = False


def plain(*values: Any) -> tuple[Value, ...]:
    """Values that are their own meaning."""
    return tuple(Value(value, value) for value in values)


TEXTS = (
    *plain(*("x", "y", "The Vault") * 4),
    Value("  The   Vault ", "The Vault"),
    Value(["x"], "x"),
    Value(7, "7"),
    *(
        Value(empty, None)
        for empty in (None, "", "  ", "null", "None", "n/a", "undefined", "-", "未設定", "#N/A")
    ),
    Value({"no": "text"}, None, bad=True),
    Value(["x", "y"], None, bad=True),
)
SPELLINGS = (*TEXTS, *plain("THE VAULT", "the vault", "X", "Y"))
TYPES = (*TEXTS, *plain(*("dinner", "Dinner", "dinners") * 3))
NAMES = (
    *plain("Ann Lee", "田中健二", "さくら", None),
    Value(" Bob  B. ", "Bob B."),
    Value("", None),
    Value({"first": "Ann"}, None, bad=True),
)
WORDS = (
    *plain([], ["art"], ["art", "tea"]),
    Value("tea", ["tea"]),
    Value("tea, art; Tea", ["tea", "art"]),
    Value(["art", None, " tea ", 3, "", "ART"], ["art", "tea", "3"]),
    Value(None, []),
    *(Value(empty, []) for empty in ("", "なし", "TBD", ["unknown", "-"])),
    Value({"no": "list"}, [], bad=True),
)
AGES = (
    *plain(30, 33, None),
    *(Value(raw, 32) for raw in ("32", "32 ", 32.0, "32 years")),
    *(Value(empty, None) for empty in ("unknown", "不明")),
    Value("thirty", None, bad=True),
    Value(-3, None, bad=True),
    Value(999, None, bad=True),
)
BIRTH_DATES = (
    *plain(*(None,) * 5),
    *(Value(raw, date(1992, 2, 29)) for raw in ("1992-02-29", "1992/02/29", "19920229")),
    Value("1994-03-01T00:00:00Z", date(1994, 3, 1)),
    Value("1994-02-28T23:00:00-05:00", date(1994, 2, 28)),
    Value("2024-02-12", date(2024, 2, 12)),
    Value("in spring", None, bad=True),
)
LANGUAGES = (
    *plain("ja", "en", "ja-JP", "Japanese", "日本語", "fr", "jp", "eng", None),
    Value(["ja"], "ja"),
    Value("Klingon", "Klingon", bad=True),
)
ZONES = plain(
    *(
        "Asia/Tokyo",
        "America/Los_Angeles",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Asia/Kathmandu",
        "UTC",
    ),
    *(
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Europe/London",
        "Africa/Cairo",
        "Pacific/Chatham",
        "Asia/Kolkata",
    ),
    None,
)
ROLES = plain("Staff", "guest", "ADMIN", None)
FLAGS = (
    *(Value(raw, True) for raw in (True, "true", "YES", "1", 1, "はい", "○")),
    *(Value(raw, False) for raw in (False, "no", 0, "n", "×")),
    Value("perhaps", None, bad=True),
)
AMOUNTS = (
    *plain(20.0, 0.1, 0.2, 60.25, None),
    *(Value(raw, 75.0) for raw in ("75.00", "$75.00", "75", "75,00 €", "US$ 75", "７５")),
    Value("¥7,500", 7500.0),
    *(Value(raw, 1250.5) for raw in ("1,250.50", "1.250,50")),
    Value("much", None, bad=True),
    Value(-5, None, bad=True),
)
SECONDS = (*plain(5.0, 95.0, 700.0), Value("95", 95.0))
RESUMES = (
    *plain("Sous chef\n\n  ten years", "寿司職人", None),
    Value("  Cook \n", "Cook"),
    *(Value(empty, None) for empty in ("", "n/a")),
    Value({"no": "text"}, None, bad=True),
    Value("JVBERi0xLjc=", None, bad=True),
)
STATUSES = (
    *plain("sent", "queued", "draft", "failed", None),
    *(Value(raw, "sent") for raw in (" Sent ", "delivered", "Opened", "送信済み", "sent.")),
    *(Value(raw, "queued") for raw in ("QUEUED", "scheduled")),
    *(Value(raw, raw, bad=True) for raw in ("in the post", "2")),
)
ORDER_STATUSES = (
    *plain(None, "placed"),
    *(Value(raw, "placed") for raw in ("Paid", "発送済み")),
    *(Value(raw, "cancelled") for raw in ("Canceled", "キャンセル")),
    *(Value(raw, "refunded") for raw in ("REFUNDED", "返品")),
    Value("on a boat", "on a boat", bad=True),
)
KINDS_OF_INTERACTIONS = plain(*("viewed",) * 4, "applied", "rejected", "saved", "ignored", "searched")
BOOLEANS = plain(True, False, False, False)
SITE_JOBS = plain("x", "y", "7", None)
SOURCES = plain("feed", "search", "other")
QUERIES = plain("cook", "寿司", None)
PREFERENCES = plain("applied", "rejected", "saved", "ignored")
PEOPLE = ("a", "b", "c")
OWNERS = (*plain(*PEOPLE * 3, "nobody", None), Value({"$oid": "a" * 24}, "a" * 24))
ADDRESSES = (
    *plain("ann@x.jp", "bob@x.jp", "cid.day@x.jp"),
    Value(" ANN@x.jp", "ANN@x.jp"),
    *(Value(raw, "bob@x.jp") for raw in ("mailto:bob@x.jp", "\u200bbob@x.jp", "'bob@x.jp", "bob@x.jp.")),
    Value("ann@x.jp; bob@x.jp", "ann@x.jp", bad=True),
    Value("Cid <cid.day@x.jp>", "cid.day@x.jp"),
)
NO_ADDRESSES = (
    Value(None, None),
    Value("", None),
    Value("ann at x.jp", None, bad=True),
    Value("@x.jp", None, bad=True),
)


def participant(raw: Any, address: str, name: str | None = None) -> Value:
    """A participant of an event."""
    return Value(raw, {"email": address, "name": name})


PARTICIPANTS = (
    *(
        participant(raw, "ann@x.jp")
        for raw in ("ann@x.jp", " ANN@x.jp", {"email": "Ann@X.jp"}, {"address": "ann@x.jp"})
    ),
    *(participant(raw, "bob@x.jp") for raw in ("bob@x.jp", "mailto:Bob@x.jp")),
    participant({"email": "ann@x.jp", "name": "Annie"}, "ann@x.jp", "Annie"),
    participant({"email": "bob@x.jp", "name": " Bobby  B."}, "bob@x.jp", "Bobby B."),
    participant({"email": "BOB@x.jp", "name": "Bob"}, "BOB@x.jp", "Bob"),
    participant("Cid Day <cid.day@x.jp>", "cid.day@x.jp", "Cid Day"),
    participant("cid.day@x.jp", "cid.day@x.jp"),
    participant("dan_2+tea@x.jp", "dan_2+tea@x.jp"),
    participant("123@x.jp", "123@x.jp"),
    participant("no-reply@x.jp", "no-reply@x.jp"),
    participant({"email": "cid.day@x.jp", "name": "Dr. Cid Day"}, "cid.day@x.jp", "Dr. Cid Day"),
    participant({"email": "cid.day@x.jp", "name": "DAY, CID"}, "cid.day@x.jp", "DAY, CID"),
    participant({"email": "ann@x.jp", "status": "Accepted"}, "ann@x.jp"),
    *(Value({"email": "bob@x.jp", "rsvp": answer}, None) for answer in ("declined", "欠席", "maybe", False)),
    Value({"email": "ann@x.jp", "status": "in red"}, {"email": "ann@x.jp", "name": None}, bad=True),
    Value("nobody", None, bad=True),
    Value({"name": "No Address"}, None, bad=True),
)
JOBS = (
    *plain("x", "y", "none", None),
    *(Value(raw, "x") for raw in (" x ", ["x"])),
    *(Value(raw, "7") for raw in (7, 7.0, "7", "7.0")),
    Value("", None),
    Value({"no": "id"}, None, bad=True),
)
DAY = timedelta(days=1)
TOKYO = timezone(timedelta(hours=9))
AS_WRITTEN = timezone(timedelta(0), "as written")  # of a time without a zone
FORMS: tuple[tuple[Callable[[datetime], Any], tzinfo], ...] = (
    (lambda time: time.isoformat(), UTC),
    (lambda time: time.strftime("%Y-%m-%dT%H:%M:%S.000Z"), UTC),
    (lambda time: time.astimezone(TOKYO).isoformat(), TOKYO),
    (lambda time: time.astimezone(TOKYO).strftime("%d %b %Y %H:%M:%S +0900"), TOKYO),
    (lambda time: time.strftime("%Y-%m-%d %H:%M:%S"), AS_WRITTEN),
    (lambda time: time.timestamp(), UTC),
    (lambda time: int(time.timestamp() * 1000), UTC),
    (lambda time: str(int(time.timestamp())), UTC),
    (lambda time: {"$date": time.isoformat()}, UTC),
    (lambda time: {"$date": {"$numberLong": str(int(time.timestamp() * 1000))}}, UTC),
)
DAY_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%b %d, %Y", "%d.%m.%Y", "%Y年%m月%d日")
NO_TIMES = (
    Value(None, None),
    *(Value(empty, None) for empty in ("", "TBD", "未定")),
    *(Value(bad, None, bad=True) for bad in ("soon", 45306, "45306", 1990, "03/04/2024")),
    Value("2024-13-45", None, bad=True),
)


def times(start: datetime) -> tuple[Value, ...]:
    """Times around a midnight, near and far, in all forms (midnights have more of them)."""
    hours = [*range(0, 31 * 24, 24), *range(0, 700, 35), *range(-24, -31 * 24, -24), *range(-1, -9600, -301)]
    return tuple(time(start + timedelta(hours=hour), number) for number, hour in enumerate(hours))


def time(at: datetime, form: int) -> Value:
    """A time in one of its forms; its meaning has the zone that is written."""
    forms = (*FORMS, *(DAY_FORMS if at.hour == 0 else ()))
    chosen = forms[form % len(forms)]
    if isinstance(chosen, str):
        return Value(at.strftime(chosen), at)
    write, zone = chosen
    meant = at.replace(tzinfo=zone) if zone is AS_WRITTEN else at.astimezone(zone)
    return Value(write(at), meant)
