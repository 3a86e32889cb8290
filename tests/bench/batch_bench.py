"""`enrich_user_profiles` at three sizes, each in a process of its own: cost per user, and the most memory."""

import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any, NamedTuple

from deploy.embedded import Services
from schemas.model import RawDocument
from tests.bench.measure import Row
from tests.unit.source_tree import ROOT
from workers.people import enrich_user_profiles

AS_OF = "2025-10-09"
AS_OF_SECONDS, DAY_SECONDS = 1_759_968_000, 86_400
SIZES, QUICK = (1_000, 10_000, 100_000), (200, 1_000, 4_000)
RUNS = (5, 3, 1)  # the smaller, the more often; the median is shown
ORDERS, MESSAGES, PARTICIPANTS = 5, 3, 8  # of a user, of an event; and an event for two users
HOSTS = ("Chef Mario", "Chef Ploy", "Chef Aiko", "Chef Jun", "Chef Nina")
VENUES = ("The Vault", "Culinary Studio", "Harbour Hall", "Garden Room")


class Used(NamedTuple):
    """Seconds of CPU, and the most memory in MB, with the inputs alone and at the end."""

    cpu: float
    inputs_mb: float
    peak_mb: float


class WrongProfiles(Exception):
    """The profiles are not those of the documents."""


def run(_services: Services, quick: bool) -> list[Row]:
    """Measure each size; the last row compares the largest with the smallest."""
    rows, costs = [], []
    for users, runs in zip(QUICK if quick else SIZES, RUNS, strict=True):
        used = [measured(users) for _ in range(runs)]
        cpu, last = median(run_used.cpu for run_used in used), used[-1]
        costs.append(cpu / users)
        figure = f"{cpu / users * 1e6:,.0f} µs per user, {cpu:.1f} s"
        rows.append((f"batch, {users:,} users, CPU", figure, f"{contents(users)}; median of {runs}"))
    rows.append(("batch, cost per user", f"× {costs[-1] / costs[0]:.2f}", "largest against smallest"))
    how = f"resident, {users:,} users; {last.inputs_mb:,.0f} MB with the inputs alone"
    return [*rows, ("batch, memory", f"{last.peak_mb:,.0f} MB", how)]


def contents(users: int) -> str:
    """How many documents a product of so many users has."""
    return f"{users * ORDERS:,} orders, {users // 2:,} events, {users * MESSAGES:,} messages"


def measured(users: int) -> Used:
    """One run in a process of its own; raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", "tests.bench.batch_bench", str(users)]
    finished = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return Used(**json.loads(finished.stdout))


def run_once(users: int) -> Used:
    """Make a product and its profiles in this process; raises WrongProfiles."""
    documents = [list(collection) for collection in product(users)]
    inputs_mb, began = peak_mb(), time.process_time()
    profiles = enrich_user_profiles(*documents, as_of=AS_OF)
    cpu = time.process_time() - began
    check(documents, profiles)
    return Used(cpu, inputs_mb, peak_mb())


def product(
    users: int,
) -> tuple[Iterator[RawDocument], Iterator[RawDocument], Iterator[RawDocument], Iterator[RawDocument]]:
    """Users, orders, events and messages, the same for the same number."""
    dice = random.Random(5)
    user_documents = (user(number, dice) for number in range(users))
    orders = (order(number, users, dice) for number in range(users * ORDERS))
    events = (event(number, users, dice) for number in range(users // 2))
    return (
        user_documents,
        orders,
        events,
        (message(number, users, dice) for number in range(users * MESSAGES)),
    )


def user(number: int, dice: random.Random) -> RawDocument:
    """A user with most fields."""
    return {
        "id": f"user-{number:08d}",
        "email": f"Person.{number}@example.com",
        "interests": dice.sample(["hiking", "photography", "cooking", "tea", "jazz"], 2),
        "cuisine_preference": dice.sample(["Italian", "Thai", "Japanese"], 1),
        "age": dice.randint(20, 70),
        "occupation": "Engineer",
        "home_neighborhood": "SOMA",
        "created_at": day(dice),
    }


def order(number: int, users: int, dice: random.Random) -> RawDocument:
    """An order of a random user."""
    amount = dice.randrange(20, 200) / 2
    return {
        "id": f"order-{number}",
        "user_id": f"user-{dice.randrange(users):08d}",
        "amount": amount,
        "date": day(dice),
    }


def event(number: int, users: int, dice: random.Random) -> RawDocument:
    """An event with some addresses on its list."""
    return {
        "id": f"event-{number}",
        "name": f"Dinner {number}",
        "date": day(dice),
        "venue": dice.choice(VENUES),
        "host": dice.choice(HOSTS),
        "event_type": "dinner",
        "cuisine": ["Thai"],
        "participants": [f"person.{dice.randrange(users)}@example.com" for _ in range(PARTICIPANTS)],
    }


def message(number: int, users: int, dice: random.Random) -> RawDocument:
    """A message to a random user, sent in 90 % of the cases."""
    document = {"id": f"msg-{number}", "user_id": f"user-{dice.randrange(users):08d}", "content": "Hello!"}
    return document | (
        {"status": "sent", "sent_date": day(dice)} if dice.random() < 0.9 else {"status": "queued"}
    )


def day(dice: random.Random) -> str:
    """A day of the last 400."""
    return time.strftime("%Y-%m-%d", time.gmtime(AS_OF_SECONDS - dice.randrange(400) * DAY_SECONDS))


def check(documents: list[list[RawDocument]], profiles: list[dict[str, Any]]) -> None:
    """Compare the profiles with a plain count of orders, attendances and messages; raises WrongProfiles."""
    users, orders, events, messages = documents
    counts = {
        "total_orders": Counter(order["user_id"] for order in orders),
        "total_messages_sent": Counter(
            message["user_id"] for message in messages if message["status"] == "sent"
        ),
        "number_of_events_attended": Counter(
            f"user-{int(address.split('.')[1].split('@')[0]):08d}"
            for event in events
            for address in set(event["participants"])
        ),
    }
    if [profile["id"] for profile in profiles] != [user["id"] for user in users]:
        raise WrongProfiles("not one profile per user, in their order")
    for name, count in counts.items():
        wrong = [profile["id"] for profile in profiles if profile[name] != count[profile["id"]]]
        if wrong:
            raise WrongProfiles(f"{name} is wrong for {len(wrong)} people, {wrong[0]} first")


def peak_mb() -> float:
    """The most memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    print(json.dumps(run_once(int(sys.argv[1]))._asdict()))
