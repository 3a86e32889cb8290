"""Which names of collections may hold which documents, and which contents tell look-alikes; data only."""

from collections.abc import Mapping

# names of one word, in the singular
SURE: Mapping[str, frozenset[str]] = {
    "users": frozenset({
        "user", "customer", "member", "client", "person", "patron", "ユーザー", "会員", "顧客", "利用者",
        "お客様",
    }),
    "orders": frozenset({"order", "purchase", "sale", "注文", "購入", "購入履歴", "受注"}),
    "events": frozenset({
        "event", "meetup", "gathering", "dinner", "party", "workshop", "イベント", "催し", "集まり",
    }),
    "messages": frozenset({"message", "mail", "email", "outbox", "メッセージ", "メール", "配信履歴"}),
    "jobs": frozenset({
        "job", "vacancy", "jobposting", "jobpost", "joblisting", "jobad", "joboffer", "jobopening", "求人",
    }),
    "job-views": frozenset({"jobview", "vacancyview", "jobvisit", "求人閲覧", "求人閲覧履歴"}),
    "job-preferences": frozenset({
        "jobpreference", "jobreaction", "jobinteraction", "jobaction", "jobapplication", "savedjob",
        "jobfavorite",
        "joblike", "求人応募", "求人希望",
    }),
}  # fmt: skip
# words that may mean something else: they are only told
UNSURE: Mapping[str, frozenset[str]] = {
    "users": frozenset({"account", "contact", "subscriber", "profile", "guest"}),
    "orders": frozenset({
        "transaction", "payment", "invoice", "booking", "ticket", "reservation", "checkout", "charge",
        "receipt",
    }),
    "events": frozenset({
        "session", "class", "activity", "experience", "seminar", "webinar", "trip", "tour", "meeting",
        "concert",
        "appointment", "show",
    }),
    "messages": frozenset({"notification", "campaign", "letter", "communication", "sms"}),
    "jobs": frozenset({"posting", "opening", "position", "listing"}),
    "job-views": frozenset({"view", "visit", "impression"}),
    "job-preferences": frozenset({"application", "favorite", "favourite", "bookmark", "like", "応募"}),
}  # fmt: skip
# words in a name that change nothing, in all topics and in some
NEUTRAL = frozenset(
    {"app", "tbl", "table", "tb", "core", "main", "all", "data", "collection", "list", "master", "my"}
)
QUALIFIERS: Mapping[str, frozenset[str]] = {
    "messages": frozenset({"sent", "queued", "queue", "log", "outgoing", "outbound", "history"}),
}
# names of fields that tell that a collection is something else, with what it is
FOREIGN: Mapping[str, tuple[tuple[frozenset[str], str], ...]] = {
    "messages": (
        (
            frozenset({"conversationid", "threadid", "roomid", "channelid", "chatid", "senderid"}),
            "a chat between people",
        ),
        (
            frozenset({"direction", "inbound", "isinbound", "incoming", "isincoming"}),
            "a talk with people, who write themselves",
        ),
    ),
    "jobs": (
        (
            frozenset({
                "nextrunat", "lastrunat", "lockedat", "attempts", "attemptsmade", "failcount", "queue",
                "cron",
            }),
            "work for programs",
        ),
    ),
    "events": (
        (
            frozenset({"useragent", "sessionid", "ip", "ipaddress", "pageurl", "anonymousid", "deviceid"}),
            "a log of what programs have seen",
        ),
    ),
}  # fmt: skip
