"""Proposals for made-up products: collections and fields under other names."""

from tests.unit.product.proposal.products import (
    CUSTOMERS,
    DAY,
    IDS,
    PEOPLE,
    fed,
    numbered,
    paths,
    proposal,
    sources,
)

PRODUCT = {
    "members": [
        {
            "_id": IDS[number],
            "mail": PEOPLE[number],
            "profile": {"fullName": name, "job": "Nurse"},
            "hobbies": ["tea"],
            "city": "Tokyo",
        }
        for number, name in enumerate(("Sarah Chen", "Mike Jones", "Yuki Mori"))
    ],
    "purchases": numbered(
        {"memberRef": IDS[number % 3], "total": 10.5, "purchasedAt": DAY, "soldBy": IDS[0]}
        for number in range(5)
    ),
    "gatherings": numbered(
        {
            "title": "Dinner",
            "startsAt": DAY,
            "createdAt": DAY,
            "place": {"name": "The Vault", "zip": 1},
            "organizer": {"id": IDS[1], "name": "Ploy"},
            "attendees": [
                {"user": {"email": PEOPLE[0], "name": "Sarah"}, "rsvp": "yes"},
                {"user": {"email": PEOPLE[1], "name": "Mike"}, "rsvp": "declined"},
            ],
        }
        for _ in range(3)
    ),
    "admins": [{"_id": IDS[9], "email": "root@x.jp", "name": "Root"}],
    "purchase_items": numbered({"purchase": "d1", "sku": "x"} for _ in range(3)),
    "event_logs": numbered({"type": "click", "userId": IDS[0], "at": DAY} for _ in range(3)),
}
JAPANESE = {
    "会員": [
        {
            "_id": number,
            "メールアドレス": PEOPLE[number],
            "氏名": name,
            "生年月日": "1990-01-02",
            "職業": "看護師",
        }
        for number, name in enumerate(("田中", "鈴木", "森"))
    ],
    "注文": numbered(
        {"会員ID": number % 3, "金額": "¥7,500", "注文日": "2026/01/02", "状態": "支払済み"}
        for number in range(4)
    ),
    "イベント": numbered(
        {"イベント名": "夕食会", "開催日時": DAY, "会場": "渋谷", "参加者": [*PEOPLE[:2]]} for _ in range(2)
    ),
}


def test_a_product_with_other_nested_and_camel_names_is_mapped() -> None:
    """Collections by their words, fields by their words and contents, also inside sub-documents."""
    text = proposal(PRODUCT)

    found = sources(text)
    assert fed(text) == {"users": "members", "orders": "purchases", "events": "gatherings"}
    assert paths(found.of("users"), "email", "name", "occupation", "interests") == {
        "email": "mail",
        "name": "profile.fullName",
        "occupation": "profile.job",
        "interests": "hobbies",
    }
    assert paths(found.of("orders"), "user_id", "amount", "date") == {
        "user_id": "memberRef",
        "amount": "total",
        "date": "purchasedAt",
    }
    assert paths(found.of("events"), "name", "date", "venue", "host") == {
        "name": "title",
        "date": "startsAt",
        "venue": "place.name",
        "host": "organizer.name",
    }
    parts = ("participants", "participants.email", "participants.name", "participants.status")
    assert [*paths(found.of("events"), *parts).values()] == ["attendees", "user.email", "user.name", "rsvp"]


def test_what_is_not_sure_is_told_in_a_comment() -> None:
    """A city is no neighbourhood for certain; a comment names it, and the mapping does not."""
    text = proposal(PRODUCT)

    assert '# TO DECIDE: home_neighborhood may be "city" (100 %, text)' in text
    assert paths(sources(text).of("users"), "home_neighborhood") == {"home_neighborhood": "home_neighborhood"}


def test_look_alikes_feed_nothing() -> None:
    """`admins` beside people, `purchase_items` beside orders, `event_logs` beside events."""
    text = proposal(PRODUCT)

    assert '# not used, though it has addresses ("email"): "admins"' in text
    assert not {"admins", "purchase_items", "event_logs"} & {*fed(text).values()}


def test_a_product_in_japanese_is_mapped() -> None:
    """Collections and fields by the words of the project's tables; ids that are whole numbers."""
    text = proposal(JAPANESE)

    found = sources(text)
    assert fed(text) == {"users": "会員", "orders": "注文", "events": "イベント"}
    assert paths(found.of("users"), "email", "name", "birth_date", "occupation") == {
        "email": "メールアドレス",
        "name": "氏名",
        "birth_date": "生年月日",
        "occupation": "職業",
    }
    assert paths(found.of("orders"), "user_id", "amount", "date", "status") == {
        "user_id": "会員ID",
        "amount": "金額",
        "date": "注文日",
        "status": "状態",
    }
    assert paths(found.of("events"), "name", "date", "venue", "participants") == {
        "name": "イベント名",
        "date": "開催日時",
        "venue": "会場",
        "participants": "参加者",
    }


def test_our_own_names_need_no_line() -> None:
    """They are told, and the file has only the collections."""
    orders = numbered({"user_id": IDS[0], "amount": 5, "date": DAY} for _ in range(2))
    text = proposal({"users": CUSTOMERS, "orders": orders})

    assert "# under their own names: user_id (100 %), amount (100 %), date (100 %)" in text
    assert "[orders.fields]" not in text
    assert fed(text) == {"users": "users", "orders": "orders"}


JOB_BOARD = {
    "clients": CUSTOMERS,
    "sent_emails": numbered(
        {"recipientId": IDS[0], "sentAt": DAY, "status": "delivered", "body": "hello there"} for _ in "ab"
    ),
    "vacancies": [{"_id": IDS[10], "headline": "Sous Chef", "employer": {"name": "The Vault"}}],
    "jobViews": numbered({"clientId": IDS[1], "vacancyId": IDS[10], "seconds": 95, "at": DAY} for _ in "ab"),
    "jobPreferences": numbered(
        {"userId": IDS[1], "jobId": IDS[10], "type": "saved", "at": DAY} for _ in "ab"
    ),
}


def test_messages_views_and_preferences_are_mapped() -> None:
    """By the ids of people and jobs in them."""
    text = proposal(JOB_BOARD)

    found = sources(text)
    assert [*fed(text).values()] == ["clients", "sent_emails", "vacancies", "jobViews", "jobPreferences"]
    sent = {"user_id": "recipientId", "sent_date": "sentAt", "status": "status"}
    assert paths(found.of("messages"), *sent) == sent
    viewed = {
        "user_id": "clientId",
        "job_id": "vacancyId",
        "time_spent_seconds": "seconds",
        "viewed_at": "at",
    }
    assert paths(found.of("job-views"), *viewed) == viewed
    preferred = {"user_id": "userId", "job_id": "jobId", "preference_type": "type"}
    assert paths(found.of("job-preferences"), *preferred) == preferred
    described = {"title": "headline", "company": "employer.name"}
    assert paths(found.of("jobs"), *described) == described
