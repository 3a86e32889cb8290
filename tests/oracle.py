"""The profile by the simplest means: an independent implementation of its specification, to compare with."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from math import fsum
from typing import Any
from zoneinfo import ZoneInfo

from tests.job_oracle import job_fields, tagged

# fmt: off
Doc = Mapping[str, Any]
NEVER = datetime.max.replace(tzinfo=UTC)
REQUIRED = ["interests", "cuisine_preference", "age", "occupation"]
DEFAULTS = ["id", "email", *REQUIRED[:2], "dietary_restrictions", "age", "gender", "occupation",
            "relationship_status", "table_type_preference", "home_neighborhood", "work_neighborhood"]
PROBLEMS = ("malformed", "contradictory")
TEAM = ("team", "staff", "admin", "employee")
OPINIONS = {"applied": 0.5, "saved": 0.4, "rejected": -0.3}
NAMES = {"Dr. Cid Day": "Cid Day", "DAY, CID": "Cid Day", "no-reply": ""}  # as written
LANGUAGES = {"japanese": "ja", "日本語": "ja", "english": "en", "jp": "ja", "eng": "en", "klingon": ""}
NOT_SENT = ("queued", "draft", "failed", "cancelled")

def oracle(product: Mapping[str, Sequence[Doc]], now: datetime) -> dict[str, dict[str, Any]]:
    """The profiles at a time, from documents with their meanings: datetimes in UTC, lists, texts or None."""
    return {user["id"]: Person(user, product, now).profile() for user in product["users"]}

def normalised(address: str | None) -> str:
    return (address or "").strip().lower()

def participants(event: Doc) -> list[str]:
    return list(dict.fromkeys(normalised(other["email"]) for other in event["participants"]))

def words(documents: Sequence[Doc], name: str) -> list[str]:
    values = [document[name] or [] for document in documents]
    return [word for value in values for word in ([value] if isinstance(value, str) else value)]

def by_count(occurrences: Sequence[str]) -> list[str]:
    return sorted(dict.fromkeys(occurrences), key=lambda word: -occurrences.count(word))

def spelt(occurrences: Sequence[str], plural: str = "") -> dict[str, str]:
    """The most frequent spelling of each word, regardless of case and, if it is `s`, of the plural."""
    keys = {word: word.casefold().rstrip(plural or " ") for word in occurrences}
    return {word: max((other for other in keys if keys[other] == keys[word]), key=occurrences.count)
            for word in keys}

def answered(user: Doc, answers: Sequence[Doc]) -> dict[str, Any]:
    """What the document does not have and the person said last; a birth date is an age."""
    last = {said["field"]: said["value"] for said in sorted(answers, key=lambda said: said["at"])}
    return {field: value for field, value in last.items()
            if not user[field] and not (field == "age" and user["birth_date"])}

class Person:
    def __init__(self, user: Doc, product: Mapping[str, Sequence[Doc]], now: datetime) -> None:
        own = {topic: [document for document in product[topic] if document.get("user_id", "") == user["id"]]
               for topic in product}
        own["orders"] = [order for order in own["orders"] if order["status"] not in ("cancelled", "refunded")]
        self.zone = ZoneInfo(user["time_zone"] or "UTC")
        self.today = now.astimezone(self.zone).date()
        self.user = {**user, **answered(user, own.pop("answers", []))}
        self.now, self.own, self.address = now, own, normalised(user["email"])
        claims = [other for other in product["users"]
                  if self.address and normalised(other["email"]) == self.address]
        claims.sort(key=lambda other: (other["created_at"] or NEVER, other["id"]))
        self.owns, own["users"] = claims[:1] == [user], [user]
        own["events"] = [event for event in product["events"]
                         if self.owns and self.address in participants(event)]
        own["events"].sort(key=lambda event: (event["date"] or NEVER, event["id"]))
        self.attended = [event for event in own["events"] if event["date"] and event["date"] <= now]

    def profile(self) -> dict[str, Any]:
        user, fields = self.user, self.from_events() | self.from_orders() | self.from_messages()
        fields |= {name: user[name] for name in (*DEFAULTS, "name", "role", "time_zone", "language")}
        fields |= {"age": self.age(), "stated_age": user["age"], "birth_date": user["birth_date"]}
        fields |= {"as_of": self.now.astimezone(UTC), "affinities": self.affinities()}
        fields |= {"preferred_time_zone": fields["time_zone"] or "UTC", "preferred_language": self.language()}
        fields["is_on_team"] = bool(user["is_team_member"]) or normalised(user["role"]) in TEAM
        fields |= job_fields(self.own, self.now) | {"resume": user["resume"]}
        filled, all_filled = (sum(bool(fields[name]) for name in names) for names in (REQUIRED, DEFAULTS[2:]))
        score = 6 * all_filled + min(25, 5 * len(self.attended)) + min(15, 5 * fields["total_orders"])
        quality = {"missing": [name for name in DEFAULTS if not fields[name]], **self.notes()}
        return fields | {"has_enough_fields_to_personalize": filled >= 3, "personalization_score": score,
                         "data_quality": quality, "should_request_more_details": filled < 2}

    def notes(self) -> dict[str, Any]:
        document, age = f"users/{self.user['id']}", self.user["age"]
        rows = [(document, "email", "contradictory")] if self.address and not self.owns else []
        rows += [(document, "age", "contradictory")] if age is not None and abs(self.age() - age) > 1 else []
        for topic, documents in self.own.items():
            rows += [(f"{topic}/{each['id']}", *note) for each in documents for note in each["notes"]]
        return {problem: sorted({row[:2] for row in rows if row[2] == problem}) for problem in PROBLEMS}

    def age(self) -> Any:
        born, now = self.user["birth_date"], self.today
        years = now.year - born.year - ((now.month, now.day) < (born.month, born.day)) if born else -1
        return years if 0 <= years <= 130 else self.user["age"]

    def language(self) -> str:
        given, name = normalised(self.user["language"]), self.user["name"] or ""
        guess = "ja" if re.search("[\u3040-\u30ff\u3400-\u9fff]", name) else "en"
        return LANGUAGES.get(given, re.split("[-_]", given)[0]) or guess

    def day(self, time: datetime | None) -> date | None:
        """The day as it is written, else in the person's zone; a midnight in UTC is a day."""
        if time is None:
            return None
        is_day = time.tzinfo is not UTC or not (time - time.replace(hour=0, minute=0, second=0))
        return time.date() if is_day else time.astimezone(self.zone).date()

    def days_since(self, time: datetime | None) -> int | None:
        day = self.day(time)
        return max(0, (self.today - day).days) if day else None

    def from_events(self) -> dict[str, Any]:
        history, count = self.attended, len(self.attended)
        hosts, venues, types = ([spelt(said, plural)[word] for word in said] for said, plural in
                                ((words(history, "host"), ""), (words(history, "venue"), ""),
                                 (words(history, "event_type"), "s")))
        dated = [event for event in history if event["date"]]
        first, last = (dated[0]["date"], dated[-1]["date"]) if dated else (None, None)
        months, days = max(1.0, (self.days_since(first) or 0) / 30.44), self.days_since(last)
        level = "lapsed" if (days or 0) > 180 else "active" if count >= 3 else "occasional"
        entries = [{"name": event["name"], "date": self.day(event["date"]),
                    "venue": event["venue"]}
                   for event in sorted(self.own["events"], key=lambda event: event not in history)
                   if event["date"]]
        return {"event_history": entries[:count], "upcoming_events": entries[count:],
                "friends": self.friends(), "event_history_hosts": by_count(hosts),
                "venue_history": by_count(venues),
                "first_event_date": self.day(first), "last_event_date": self.day(last),
                "favorite_hosts": [host for host in by_count(hosts) if hosts.count(host) > 1],
                "favorite_event_types": by_count(types), "days_since_last_event": days,
                "last_event_venue": dated[-1]["venue"] and spelt(words(history, "venue"))[dated[-1]["venue"]]
                if dated else None, "is_first_time_user": not count,
                "number_of_events_attended": count, "average_events_per_month": round(count / months, 2),
                "activity_level": level if count else "new", "is_healthy_active_user": count >= 3}

    def friends(self) -> list[str]:
        small, names = [event for event in self.attended if len(participants(event)) <= 50], []
        met = [other for event in small for other in participants(event) if other != self.address]
        entries = [entry for event in small for entry in event["participants"]]
        for friend in (other for other in by_count(met) if met.count(other) > 1):
            given = [entry["name"] for entry in entries
                     if normalised(entry["email"]) == friend and entry["name"]]
            parts = re.split(r"[\W\d_]+", friend.partition("@")[0].partition("+")[0])
            named = any(len(part) > 1 for part in parts)  # letters alone are no name
            derived = " ".join(part.capitalize() for part in parts if part and named)
            names.append([*given, NAMES.get(friend.partition("@")[0], derived)][0])
        return [NAMES.get(name, name) for name in names if name]

    def from_orders(self) -> dict[str, Any]:
        orders = self.own["orders"]
        paid = [(order["date"], order["amount"]) for order in orders if order["amount"] is not None]
        total = fsum(amount for _, amount in paid)
        last = max((order["date"] for order in orders if (order["date"] or NEVER) <= self.now),
                   key=lambda time: (time, self.day(time)), default=None)
        return {"total_orders": len(orders), "order_amount_total": round(total, 2) if paid else None,
                "order_amount_average": round(total / len(paid), 2) if paid else None,
                "last_order_date": self.day(last), "decayed_spend": round(self.decayed(paid, 90), 2)}

    def from_messages(self) -> dict[str, Any]:
        states = [(normalised(message["status"]), message["sent_date"] or message["created_date"])
                  for message in self.own["messages"]]
        sent = [date for state, date in states if state == "sent" and date <= self.now]
        sent += [message["sent_date"] for message in self.own["messages"]
                 if normalised(message["status"]) not in ("sent", *NOT_SENT)
                 and (message["sent_date"] or NEVER) <= self.now]
        last = max(sent, key=lambda time: (time, self.day(time)), default=None)
        queued = sum(state == "queued" for state, _ in states)
        return {"has_queued_messages": queued > 0, "queued_message_count": queued, "cooldown_days": 7,
                "has_sent_messages": bool(sent), "last_message_sent_date": self.day(last),
                "total_messages_sent": len(sent), "days_since_last_message": self.days_since(last),
                "last_contact_at": last and last.astimezone(UTC),
                "can_send_new_message": not last or self.now - last >= timedelta(7)}

    def affinities(self) -> dict[str, Any]:
        views = {"viewed": lambda seconds: min(0.4, max(0.1, seconds / 300))}
        jobs = [(at, views[kind](seconds) if kind in views else OPINIONS.get(kind, 0.0), document)
                for at, kind, seconds, document in tagged(self.own)]
        events, signals = [(event["date"], 1.0, event) for event in self.attended], {}
        for name in ("cuisine", "event_type", "host", "venue", "neighborhood", "job_tag"):
            facts, field, days = (jobs, "tags", 30) if name == "job_tag" else (events, name, 180)
            shown = spelt(words([document for at, _, document in facts if at and at <= self.now], field),
                          "s" if name == "event_type" else "")
            sums = {word: self.decayed([(at, weight) for at, weight, document in facts for said in
                                        words([document], field) if shown.get(said) == word], days)
                    for word in shown.values()}
            liked = sorted((word for word in sums if sums[word] > 0.005), key=lambda word: -sums[word])
            signals[name] = [{"name": word, "weight": round(sums[word], 4)} for word in liked[:5]]
        return {name: liked for name, liked in signals.items() if liked}

    def decayed(self, facts: Sequence[tuple[datetime | None, float]], half_life: int) -> float:
        past = [(self.now - at, weight) for at, weight in facts if at and at <= self.now]
        return fsum(weight * 2 ** -(age / timedelta(days=half_life)) for age, weight in past)
