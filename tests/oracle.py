"""The profile by the plainest means, from its document and design.md alone, to say which of two is wrong."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

# fmt: off
Document = Mapping[str, Any]
NEVER = datetime.max.replace(tzinfo=UTC)
REQUIRED = ["interests", "cuisine_preference", "age", "occupation"]
DEFAULTS = ["id", "email", *REQUIRED[:2], "dietary_restrictions", "age", "gender", "occupation",
            "relationship_status", "table_type_preference", "home_neighborhood", "work_neighborhood"]
PROBLEMS = ("malformed", "contradictory")
TEAM = ("team", "staff", "admin", "employee")
OPINIONS = {"applied": 0.5, "saved": 0.4, "rejected": -0.3}
LANGUAGES = {"japanese": "ja", "日本語": "ja", "english": "en"}

def oracle(product: Mapping[str, Sequence[Document]], now: datetime) -> dict[str, dict[str, Any]]:
    """The profiles at a time, of documents as they are meant: datetimes in UTC, lists, texts or None."""
    return {user["id"]: Person(user, product, now).profile() for user in product["users"]}

def spelt(address: str | None) -> str:
    return (address or "").strip().lower()

def listed(event: Document) -> list[str]:
    return list(dict.fromkeys(spelt(one["email"]) for one in event["participants"]))

def words(documents: Sequence[Document], name: str) -> list[str]:
    found = [one[name] or [] for one in documents]
    return [word for some in found for word in ([some] if isinstance(some, str) else some)]

def by_count(found: Sequence[str]) -> list[str]:
    return sorted(dict.fromkeys(found), key=lambda word: -found.count(word))

class Person:
    def __init__(self, user: Document, product: Mapping[str, Sequence[Document]], now: datetime) -> None:
        mine = {of: [one for one in product[of] if one.get("user_id", "") == user["id"]] for of in product}
        self.user, self.now, self.mine, self.address = user, now, mine, spelt(user["email"])
        claims = [one for one in product["users"] if self.address and spelt(one["email"]) == self.address]
        claims.sort(key=lambda one: (one["created_at"] or NEVER, one["id"]))
        self.owns, mine["users"] = claims[:1] == [user], [user]
        mine["events"] = [one for one in product["events"] if self.owns and self.address in listed(one)]
        mine["events"].sort(key=lambda one: (one["date"] or NEVER, one["id"]))
        self.attended = [one for one in mine["events"] if (one["date"] or now) <= now]

    def profile(self) -> dict[str, Any]:
        user, found = self.user, self.from_events() | self.from_orders() | self.from_messages()
        found |= {name: user[name] for name in (*DEFAULTS, "name", "role", "time_zone", "language")}
        found |= {"age": self.age(), "stated_age": user["age"], "birth_date": user["birth_date"]}
        found |= {"as_of": self.now, "affinities": self.affinities()}
        found |= {"preferred_time_zone": found["time_zone"] or "UTC", "preferred_language": self.language()}
        found["is_on_team"] = bool(user["is_team_member"]) or spelt(user["role"]) in TEAM
        saved = [one for one in self.mine["job-preferences"] if one["preference_type"] == "saved"]
        jobs = [len({*words(some, "job_id")}) for some in (self.mine["job-views"], saved)]
        known, all_known = (sum(bool(found[name]) for name in names) for names in (REQUIRED, DEFAULTS[2:]))
        score = 6 * all_known + min(25, 5 * len(self.attended)) + min(15, 5 * found["total_orders"])
        quality = {"missing": [name for name in DEFAULTS if not found[name]], **self.notes()}
        return found | {"has_enough_fields_to_personalize": known >= 3, "personalization_score": score,
                        "jobs_viewed": jobs[0], "jobs_saved": jobs[1], "data_quality": quality,
                        "should_request_more_details": known < 2}

    def notes(self) -> dict[str, Any]:
        here, age = f"users/{self.user['id']}", self.user["age"]
        told = [(here, "email", "contradictory")] if self.address and not self.owns else []
        told += [(here, "age", "contradictory")] if age is not None and abs(self.age() - age) > 1 else []
        for topic, some in self.mine.items():
            told += [(f"{topic}/{one['id']}", *note) for one in some for note in one["notes"]]
        return {kind: sorted({one[:2] for one in told if one[2] == kind}) for kind in PROBLEMS}

    def age(self) -> Any:
        born, now = self.user["birth_date"], self.now.date()
        years = born and now.year - born.year - ((now.month, now.day) < (born.month, born.day))
        return years if born and born <= now else self.user["age"]

    def language(self) -> str:
        given, name = spelt(self.user["language"]), self.user["name"] or ""
        guess = "ja" if re.search("[\u3040-\u30ff\u3400-\u9fff]", name) else "en"
        return LANGUAGES.get(given, re.split("[-_]", given)[0]) or guess

    def since(self, time: datetime | None) -> int | None:
        return (self.now.date() - time.date()).days if time else None

    def from_events(self) -> dict[str, Any]:
        history, hosts, count = self.attended, words(self.attended, "host"), len(self.attended)
        dated = [one for one in history if one["date"]]
        first, last = (dated[0]["date"], dated[-1]["date"]) if dated else (None, None)
        months, days = max(1.0, (self.since(first) or 0) / 30.44), self.since(last)
        level = "lapsed" if (days or 0) > 180 else "active" if count >= 3 else "occasional"
        shown = [{"name": one["name"], "date": one["date"] and one["date"].date(), "venue": one["venue"]}
                 for one in sorted(self.mine["events"], key=lambda one: one not in history)]
        return {"event_history": shown[:count], "upcoming_events": shown[count:], "friends": self.friends(),
                "event_history_hosts": by_count(hosts), "venue_history": by_count(words(history, "venue")),
                "first_event_date": first and first.date(), "last_event_date": last and last.date(),
                "favorite_hosts": [host for host in by_count(hosts) if hosts.count(host) > 1],
                "favorite_event_types": by_count(words(history, "event_type")), "days_since_last_event": days,
                "last_event_venue": dated[-1]["venue"] if dated else None, "is_first_time_user": not count,
                "number_of_events_attended": count, "average_events_per_month": round(count / months, 2),
                "activity_level": level if count else "new", "is_healthy_active_user": count >= 3}

    def friends(self) -> list[str]:
        small, names = [one for one in self.attended if len(listed(one)) <= 50], []
        met = [other for one in small for other in listed(one) if other != self.address]
        entries = [one for event in small for one in event["participants"]]
        for friend in (other for other in by_count(met) if met.count(other) > 1):
            given = [one["name"] for one in entries if spelt(one["email"]) == friend and one["name"]]
            parts = re.split(r"[\W\d_]+", friend.partition("@")[0].partition("+")[0])
            made = " ".join(part.capitalize() for part in parts if part) or friend.partition("@")[0]
            names.append([*given, made][0])
        return names

    def from_orders(self) -> dict[str, Any]:
        orders = self.mine["orders"]
        paid = [(one["date"], one["amount"]) for one in orders if one["amount"] is not None]
        total = fsum(amount for _, amount in paid)
        last = max((one["date"] for one in orders if (one["date"] or NEVER) <= self.now), default=None)
        return {"total_orders": len(orders), "order_amount_total": round(total, 2) if paid else None,
                "order_amount_average": round(total / len(paid), 2) if paid else None,
                "last_order_date": last and last.date(), "decayed_spend": round(self.left(paid, 90), 2)}

    def from_messages(self) -> dict[str, Any]:
        some = self.mine["messages"]
        told = [(spelt(one["status"]), one["sent_date"] or one["created_date"]) for one in some]
        sent = [date for state, date in told if state == "sent" and date <= self.now]
        last, queued = max(sent, default=None), sum(state == "queued" for state, _ in told)
        return {"has_queued_messages": queued > 0, "queued_message_count": queued, "cooldown_days": 7,
                "has_sent_messages": bool(sent), "last_message_sent_date": last and last.date(),
                "total_messages_sent": len(sent), "days_since_last_message": self.since(last),
                "last_contact_at": last, "can_send_new_message": not last or self.now - last >= timedelta(7)}

    def affinities(self) -> dict[str, Any]:
        views, said = self.mine["job-views"], self.mine["job-preferences"]
        seen = [(one["created_at"], OPINIONS.get(one["preference_type"], 0.0), one) for one in said]
        weights = [min(0.4, max(0.1, one["time_spent_seconds"] / 300)) for one in views]
        seen += [(one["viewed_at"], weight, one) for one, weight in zip(views, weights, strict=True)]
        seen.sort(key=lambda fact: fact[0] or NEVER)
        went, found = [(one["date"], 1.0, one) for one in self.attended], {}
        for name in ("cuisine", "event_type", "host", "venue", "neighborhood", "job_tag"):
            some, field, days = (seen, "tags", 30) if name == "job_tag" else (went, name, 180)
            each = {word: self.left([fact[:2] for fact in some if word in words([fact[2]], field)], days)
                    for word in words([one for _, _, one in some], field)}
            liked = sorted((word for word in each if each[word] > 0.005), key=lambda word: -each[word])
            found[name] = [{"name": word, "weight": round(each[word], 4)} for word in liked[:5]]
        return {name: liked for name, liked in found.items() if liked}

    def left(self, facts: Sequence[tuple[datetime | None, float]], half_life: int) -> float:
        past = [(self.now - at, weight) for at, weight in facts if at and at <= self.now]
        return fsum(weight * 2 ** -(age / timedelta(days=half_life)) for age, weight in past)
