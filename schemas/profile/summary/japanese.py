"""The summary in Japanese: polite (です・ます), with the name once and without pronouns."""

from collections.abc import Callable

from schemas.profile.summary.facts import NEEDS_NAMED_UP_TO, SummaryFacts
from schemas.profile.summary.japanese_forms import (
    Clause,
    ago,
    ago_at,
    ahead_at,
    is_verb,
    lasting,
    listed,
    named,
    sentence_of,
    stated,
    with_san,
)
from schemas.profile.summary.occupation_words import HOMEMAKER_JA
from schemas.profile.summary.phrases import quoted_ja

HOMEMAKERS = {"she": "専業主婦", "he": "専業主夫"}
SEATS = ("の席", "な席", "る席", "席」")  # endings of tables that need no 席は before them
WANTED_TABLE = "希望する席は"
NEEDS = {  # clauses by the kind of need: before another clause, and at the end of a sentence
    "food": ("への対応を必要とし", "への対応が必要です"),
    "avoided": ("を避けており", "を避けています"),
    "allergy": ("のアレルギーがあり", "のアレルギーがあります"),
}


def paragraph(facts: SummaryFacts) -> str:
    """All sentences for which the facts are known; the first has the name."""
    name = with_san(facts.name) if facts.name else "この方"
    first, said = background(facts), occupation_said(facts)
    texts = [text for sentence in SENTENCES if (text := sentence(facts))]
    if not first and (said or texts[0].startswith(WANTED_TABLE)):
        return f"{name}の{said}{''.join(texts)}"
    return f"{name}は{first or '、'}{said}{''.join(texts)}"


def background(facts: SummaryFacts) -> str:
    """The sentence about age, relationship, gender, occupation, work and home."""
    job, status, clauses = facts.occupation, facts.relationship, []
    state = status.ja if status and status.kind and not is_verb(status.ja) else ""
    gender = facts.gender.ja if facts.gender else ""
    nouns = [f"{facts.age}歳" if facts.age else "", state, gender or ("方" if state else "")]
    if facts.name or not state or gender:
        if any(nouns):
            clauses.append(stated("の".join([noun for noun in nouns if noun])))
    else:  # この方は独身の方です would have 方 twice
        clauses += [stated(noun) for noun in nouns[:2] if noun]
    if status and not state:
        said = f"交際状況{'は' if clauses else 'が'}{status.ja}"
        clauses.append(stated(status.ja if status.kind else said))
    if job and job.kind in ("life", "life_ja", "state"):
        kind = (
            HOMEMAKERS.get(facts.gender.kind, job.ja) if facts.gender and job.ja == HOMEMAKER_JA else job.ja
        )
        clauses.append(stated(f"現在は{kind}" if clauses else kind))
    return sentence_of([*clauses, *places(facts)])


def occupation_said(facts: SummaryFacts) -> str:
    """The sentence that quotes the occupation."""
    job = facts.occupation
    return f"職業は{job.ja}です。" if job and job.kind == "said" else ""


def places(facts: SummaryFacts) -> list[Clause]:
    """The clauses about occupation, place of work and home."""
    job, home, work = facts.occupation, facts.home, facts.work
    both = facts.works_where_they_live
    at = f"{work.ja}で" if work and not both else ""
    clauses = []
    if job and job.kind in ("field", "field_ja"):
        clauses.append(stated(f"{at}{job.ja}関係の仕事をして"))
    elif job and job.kind in ("job", "job_ja"):
        clauses.append((f"{job.ja}として{at}働き", f"{job.ja}として{at}働いています"))
    elif at:
        clauses.append((f"{at}働き", f"{at}働いています"))
    if home:
        lives = (f"{home.ja}に住み", f"{home.ja}に住んでいます")
        clauses.append(stated(f"住まいも勤務先も{home.ja}") if both else lives)
    return clauses


def tastes(facts: SummaryFacts) -> str:
    """The sentence about interests, cuisines and table."""
    clauses = []
    if facts.interests:
        interests = named(facts.interests)
        clauses.append((f"{interests}に興味があり", f"{interests}に興味があります"))
    if facts.cuisines:
        cuisines = named(facts.cuisines)
        clauses.append((f"{cuisines}を好み", f"{cuisines}を好みます"))
    table = facts.table.ja if facts.table else ""
    is_seat = table.endswith(SEATS)
    if table and not clauses and not is_seat:
        return f"{WANTED_TABLE}{table}です。"
    if table:
        wanted = f"{'' if is_seat else '席は'}{table}を希望して"
        clauses.append((wanted, f"{wanted}います"))
    return sentence_of(clauses)


def needs(facts: SummaryFacts) -> str:
    """The sentence about the kind of eater and dietary restrictions."""
    clauses = [stated(facts.eater.ja)] if facts.eater else []
    for kind, (connective, final) in NEEDS.items():
        if kind in facts.needs:
            needed = named(facts.needs[kind], NEEDS_NAMED_UP_TO)
            clauses.append((f"{needed}{connective}", f"{needed}{final}"))
    return f"食事面では{sentence_of(clauses)}" if clauses else ""


def needs_said(facts: SummaryFacts) -> str:
    """The sentence that quotes dietary restrictions in other words."""
    said = facts.needs.get("said")
    return f"食事の制限については{named(said, NEEDS_NAMED_UP_TO)}とのことです。" if said else ""


def attendance(facts: SummaryFacts) -> str:
    """The sentence about the number of events and the last one."""
    if not facts.events:
        if facts.orders:
            return f"注文は{facts.orders}件ありますが、イベントにはまだ参加したことのない新しい会員です。"
        return "イベントにはまだ参加したことのない、新しい会員です。"
    if facts.level == "lapsed" and facts.days is not None:
        return lapsed(facts, facts.days)
    kind = {"active": "アクティブな会員", "occasional": "ときどき参加する会員"}.get(facts.level, "会員")
    if facts.events == 1:
        return sentence_of([*([stated(kind)] if facts.level == "active" else []), first_time(facts)])
    long_time = "以前から参加している" if facts.long_time and facts.level == "active" else ""
    attended = f"{span(facts)}{facts.events}回イベントに参加し"
    return sentence_of([stated(f"{long_time}{kind}"), (attended, f"{attended}ています"), *last_time(facts)])


def first_time(facts: SummaryFacts) -> Clause:
    """The clause about the only event so far."""
    if facts.days is None:
        return stated("これまでにイベントに1回参加して")
    at = f"{facts.last_venue.ja}で" if facts.last_venue else ""
    return ("", f"{ago_at(facts.days)}{at}初めてイベントに参加しました")


def lapsed(facts: SummaryFacts, days: int) -> str:
    """The sentences about a person who has not attended an event for long."""
    venue = facts.last_venue
    if facts.events == 1:
        at = f"{venue.ja}で" if venue else ""
        return f"{lasting(days, round)}前に{at}一度イベントに参加しましたが、その後は参加がありません。"
    last = ""
    if venue:
        last = (
            "最後はオンラインでの参加でした。"
            if venue.kind == "online"
            else f"最後に訪れた会場は{venue.ja}です。"
        )
    attended = f"これまでに{facts.events}回イベントに参加しましたが"
    return f"{attended}、この{lasting(days, int)}は参加がありません。{last}"


def span(facts: SummaryFacts) -> str:
    """The time since the first event, if it is one and a half months or more."""
    is_long = facts.since_first >= 46  # days: one and a half months
    return f"この{lasting(facts.since_first, round)}間で" if is_long else "これまでに"


def last_time(facts: SummaryFacts) -> list[Clause]:
    """The clause about when and where the last event was."""
    if facts.days is None:
        return []
    if facts.last_venue:
        did = "で参加しました" if facts.last_venue.kind == "online" else "を訪れました"
        return [("", f"直近では{ago_at(facts.days)}{facts.last_venue.ja}{did}")]
    return [stated(f"直近の参加は{ago(facts.days)}")]


def habits(facts: SummaryFacts) -> str:
    """The sentence about favorite event types, a repeatedly visited venue and favorite hosts."""
    past, clauses = facts.level == "lapsed", []
    if facts.event_types:
        types = f"とくに{named(facts.event_types)}への参加が"
        clauses.append((f"{types}多く", f"{types}{'多かったです' if past else '多いです'}"))
    if facts.venue:
        venue = f"{facts.venue.ja}をたびたび訪れて"
        clauses.append((f"{venue}おり", f"{venue}{'いました' if past else 'います'}"))
    if facts.hosts:
        hosts = f"{named(facts.hosts)}が主催するイベントによく参加して"
        clauses.append((f"{hosts}おり", f"{hosts}{'いました' if past else 'います'}"))
    return sentence_of(clauses)


def company(facts: SummaryFacts) -> str:
    """The sentence about friends."""
    if not facts.friends:
        return ""
    names, others = facts.friends_named()
    friends = [with_san(name) for name in names]
    text = f"{'、'.join(friends)}ほか{others}人" if others else listed(friends)
    return f"友人の{text}と一緒に来ることが{'多かったです' if facts.level == 'lapsed' else '多いです'}。"


def upcoming(facts: SummaryFacts) -> str:
    """The sentence about the next event."""
    event = facts.upcoming
    if event is None:
        return ""
    when = "" if event.days is None else ahead_at(event.days)
    at = f"{event.venue.ja}での" if event.venue else ""
    name = quoted_ja(event.name) if event.name else "イベント"
    plan = f"{when}{at}{name}に{'' if facts.events else '初めて'}参加する予定"
    others = f"ほかに{event.further}件の予定があります"
    start = "次は" if facts.events else ""
    return f"{start}{sentence_of([stated(plan), *([(others, others)] if event.further else [])])}"


def status(facts: SummaryFacts) -> str:
    """The sentences about being on the team, and about missing details."""
    team = "運営チームの一員です。" if facts.on_team else ""
    details = "個人に合わせたメールを書くには、もう少し情報が必要です。" if facts.needs_details else ""
    return f"{team}{details}"


SENTENCES: tuple[Callable[[SummaryFacts], str], ...] = (  # after the background
    tastes,
    needs,
    needs_said,
    attendance,
    habits,
    company,
    upcoming,
    status,
)
