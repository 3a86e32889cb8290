"""Six hours in which nothing is read: afterwards nothing is late, lost or twice, and there is no burst.

People come due in every hour of the outage. When each is written to is compared with an oracle that knows the
rules of this file only, and steps through time.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

import pytest

from schemas.decision import SendDecision
from schemas.model import from_epoch_ms, to_epoch_ms
from tests.unit.people.mailed_people import DAY_MS, MINUTE_MS, TICK_MS, ZONES, MailedPeople
from tests.world import HOUR_MS, ms
from workers.people.policy import Policy

START = ms("2024-03-04")
STOP, GO = START + 9 * HOUR_MS, START + 15 * HOUR_MS
END = START + 3 * DAY_MS
STEPS, EACH = 48, len(ZONES)  # people come due all day long, so many in every step of TICK_MS
COOLDOWN_DAYS, MOST_IN_7_DAYS, OPENS, CLOSES = 2, 2, 7, 22
EVERYTHING = Policy.model_validate(
    {
        "cooldown_days": COOLDOWN_DAYS,
        "caps": {"last_7_days": MOST_IN_7_DAYS, "day": 1},
        "quiet_hours": {"start": f"{CLOSES}:00", "end": f"0{OPENS}:00"},
    }
)
COOLDOWN = Policy(cooldown_days=COOLDOWN_DAYS)


def peopled(policy: Policy, **launch: object) -> tuple[MailedPeople, dict[str, list[int]]]:
    """All people at START, and when each was written to: in every fourth step twice, for the cap."""
    world = MailedPeople(START, policy, **launch)  # type: ignore[arg-type]
    contacts = {}
    for number in range(STEPS * EACH):
        step = number // EACH
        last = START + step * TICK_MS - COOLDOWN_DAYS * DAY_MS
        sent = [last - 4 * DAY_MS, last] if step % 4 == 3 else [last]
        contacts[world.register(number, *sent)] = sent
    world.settle()
    world.write_mails()
    return world, contacts


def may_be_written_to(policy: Policy, person: str, contacts: list[int], at: int) -> bool:
    """The rules, one after the other."""
    if at - contacts[-1] < COOLDOWN_DAYS * DAY_MS:
        return False
    if policy is COOLDOWN:
        return True
    zone = ZoneInfo(ZONES[int(person[1:]) % len(ZONES)])
    if len(contacts) - bisect_right(contacts, at - 7 * DAY_MS) >= MOST_IN_7_DAYS:
        return False
    local = from_epoch_ms(at).astimezone(zone)
    return OPENS * 60 <= local.hour * 60 + local.minute < CLOSES * 60 - 10


def first_time(policy: Policy, person: str, contacts: list[int], since: int) -> int:
    """The first time at which a person may be written to; END for none before it."""
    ticks = range(since, END, TICK_MS)
    return next((at for at in ticks if may_be_written_to(policy, person, contacts, at)), END)


def expected(policy: Policy, person: str, sent: list[int], stop: int = STOP, go: int = STOP) -> Iterator[int]:
    """When a person is written to, if nothing is read after `stop` and before `go`.

    Who is late by an hour is held for as long as they are late.
    """
    contacts, since, held = [*sent], None, None
    for at in range(START, END + 1, TICK_MS):
        may = may_be_written_to(policy, person, contacts, at)
        if stop < at < go:
            since = at if may and since is None else since
        elif not may:
            since = None
        elif held is None and since is not None and at - since >= HOUR_MS:
            held = at + at - since
        elif held is None or at >= held:
            since, held = None, None
            contacts.append(at)
            yield at


def by_person(world: MailedPeople) -> dict[str, list[int]]:
    """The times of the mails that were handed over."""
    found: dict[str, list[int]] = {}
    for mail in world.mails:
        found.setdefault(mail.person, []).append(mail.at)
    return found


def hourly(world: MailedPeople) -> Mapping[int, int]:
    """How many mails were handed over in each hour since START."""
    return Counter((mail.at - START) // HOUR_MS for mail in world.mails)


def decisions_of(world: MailedPeople) -> dict[str, SendDecision]:
    """All decisions to write, by id."""
    values = (SendDecision.loads(record.value or b"") for record in world.fleet.records("send-decisions"))
    return {decision.id: decision for decision in values if decision.verdict != "wait"}


def check(world: MailedPeople, policy: Policy, contacts: Mapping[str, list[int]]) -> None:
    """Nothing is late, nothing is lost, nothing is twice, and every mail is right when it is handed over."""
    decisions = decisions_of(world)
    for mail in world.mails:
        valid_until = decisions[mail.decision].valid_until
        assert valid_until is not None
        assert mail.at + MINUTE_MS <= to_epoch_ms(valid_until)
    assert len({mail.decision for mail in world.mails}) == len(world.mails)
    for person, times in by_person(world).items():
        known = [*contacts[person]]
        for at in times:
            assert may_be_written_to(policy, person, known, at), (person, from_epoch_ms(at))
            known.append(at)
    handed_over = {mail.decision for mail in world.mails}
    for id_, outcomes in world.outcomes.items():
        assert (outcomes[-1] == "sent") == (id_ in handed_over)
    assert decisions.keys() == world.outcomes.keys()  # whatever was decided came to an end that was told
    assert world.dead_letters() == []


def test_without_an_outage_everybody_is_written_to_when_they_are_due() -> None:
    """So the oracle is right about the rules."""
    world, contacts = peopled(EVERYTHING)
    world.pass_time(END)

    check(world, EVERYTHING, contacts)
    assert by_person(world) == {
        person: [*expected(EVERYTHING, person, sent)] for person, sent in contacts.items()
    }


@pytest.mark.parametrize("waiting", [(), ("orders",)])
def test_after_an_outage_everybodys_next_decision_is_right(waiting: tuple[str, ...]) -> None:
    """Time jumps by six hours at once, or first there is a source that is not read yet."""
    world, contacts = peopled(EVERYTHING)
    world.pass_time(STOP)
    world.stand_still(GO, waiting)
    world.pass_time(END)

    check(world, EVERYTHING, contacts)
    assert by_person(world) == {
        person: [*expected(EVERYTHING, person, sent, STOP, GO)] for person, sent in contacts.items()
    }


def test_after_an_outage_no_hour_has_more_than_twice_the_usual_mails() -> None:
    """Those of the outage come beside the usual ones, as they would have come: the last ones first."""
    world, _ = peopled(COOLDOWN)
    world.pass_time(STOP)
    world.stand_still(GO)
    world.pass_time(START + DAY_MS - TICK_MS)

    count, usual = hourly(world), EACH * HOUR_MS // TICK_MS
    assert [count[hour] for hour in range(9)] == [usual] * 9
    assert [count[hour] for hour in range(10, 15)] == [0] * 5
    assert [count[hour] for hour in range(15, 24)] == [2 * usual - EACH, *[2 * usual] * 5, *[usual] * 3]


@pytest.mark.parametrize("is_people_down", [False, True])
def test_what_mail_finds_too_late_comes_back_and_is_decided_anew(is_people_down: bool) -> None:
    """`mail` is down, or `people` is and makes the decisions of six hours at once: the expired are told."""
    policy = EVERYTHING.model_copy(update={"valid_hours": 2})
    world, contacts = peopled(policy)
    world.pass_time(STOP)
    world.pass_time(GO, people=not is_people_down, mail=False)
    world.pass_time(END)

    check(world, policy, contacts)
    ends = Counter(outcomes[-1] for outcomes in world.outcomes.values())
    assert ends.keys() == {"sent", "expired"}
    assert ends["sent"] == len(world.mails)
    assert ends["expired"] > 20
    back = GO + 2 * TICK_MS  # the first decision after the report that one was expired
    for person, times in by_person(world).items():
        known = [*contacts[person], *(at for at in times if at <= STOP)]
        due = first_time(policy, person, known, STOP)
        last = first_time(policy, person, known, back + back - due)  # held for as long as it is late
        (first, *_) = [*(at for at in times if at > STOP), END]
        assert due == first if due > GO else GO <= first <= last


@pytest.mark.parametrize("is_people_down", [False, True])
def test_when_mail_comes_back_no_hour_has_more_than_twice_the_usual_mails(is_people_down: bool) -> None:
    """Whether `mail` was down, or `people` was and makes the decisions of six hours at once."""
    world, _ = peopled(COOLDOWN)
    world.pass_time(STOP)
    world.pass_time(GO, people=not is_people_down, mail=False)
    world.pass_time(START + DAY_MS - TICK_MS)

    count, usual = hourly(world), EACH * HOUR_MS // TICK_MS
    assert [count[hour] for hour in range(9)] == [usual] * 9
    assert max(count.values()) <= 2 * usual
    assert sum(count.values()) >= 22 * usual  # of a day, in which the last of them are still held


@pytest.mark.parametrize("is_mail_down", [False, True])
def test_after_an_outage_the_day_stays_within_its_ramp(is_mail_down: bool) -> None:
    """Whoever finds the day full comes on the next one, at a time of their own.

    What `mail` gives back has used its leave: the day may end below its limit, never above.
    """
    limits = (90, 50)
    world, contacts = peopled(EVERYTHING, limits=limits)
    world.pass_time(STOP)
    if is_mail_down:
        world.pass_time(GO, mail=False)
    else:
        world.stand_still(GO)
    world.pass_time(END + DAY_MS)

    check(world, EVERYTHING, contacts)
    mails = Counter((mail.at - START) // DAY_MS for mail in world.mails)
    decided = Counter(
        (to_epoch_ms(decision.decided_at) - START) // DAY_MS for decision in decisions_of(world).values()
    )
    for day, limit in enumerate(limits):
        assert limit - EACH * 2 < decided[day]  # a leave that came before the outage is over after it
        assert mails[day] <= decided[day] <= limit
    assert {mail.person for mail in world.mails} == contacts.keys()
