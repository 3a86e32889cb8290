"""What a rate of changes has shown: times to profile and decision, their hops, CPU, records and requests."""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple, Self

from tests.bench.measure import Figures
from tests.bench.metered_fleet import SERVICES, Usage
from tests.bench.new_users import FirstArrivals
from tests.bench.traffic import Traffic


class Hops(NamedTuple):
    """Medians in ms of the way: to the document topic, on to the inbox, to the profile, to the decision."""

    capture: float
    route: float
    profile: float
    decision: float

    @classmethod
    def of(cls, written: Mapping[str, float], arrivals: FirstArrivals) -> Self:
        """The hops of users that were followed through all topics."""
        users, inbox = arrivals.topics["users"], arrivals.topics["inbox"]
        stops = (written, users, inbox, arrivals.profiles, arrivals.decisions)
        return cls(*(percentile(waits(a, b, written), 50) for a, b in pairwise(stops)))


def waits(begun: Mapping[str, float], ended: Mapping[str, float], names: Mapping[str, float]) -> list[float]:
    """The times between the two, in ms and in their order."""
    return sorted((ended[name] - begun[name]) * 1000 for name in names)


def percentile(values: list[float], share: int) -> float:
    """A percentile of sorted values."""
    return values[min(len(values) - 1, len(values) * share // 100)]


class CpuUse(NamedTuple):
    """What was used while changes came, and all that was used until everything was done."""

    meanwhile: Usage
    whole: Usage


def figures(
    label: str,
    rate: float,
    written: Mapping[str, float],
    arrivals: FirstArrivals,
    cpu: CpuUse,
    traffic: Traffic,
    hops: Hops,
) -> Figures:
    """The row of one rate."""
    used = cpu.meanwhile
    profile, decision = (
        waits(written, arrivals.profiles, written),
        waits(written, arrivals.decisions, written),
    )
    values = {
        "profile p50 ms": percentile(profile, 50),
        "profile p99 ms": percentile(profile, 99),
        "decision p50 ms": percentile(decision, 50),
        "decision p99 ms": percentile(decision, 99),
    }
    values |= cpu_values(used) | {
        "CPU ms/change": 1000 * sum(cpu.whole.cpu.values()) / len(written),
        "CPU workers and broker ms/change": 1000 * fleet_and_broker(cpu.whole) / len(written),
        "seconds until all is done": cpu.whole.at,
    }
    values |= traffic_values(traffic, used.at) | request_values(used)
    values |= {f"hop {name} p50 ms": value for name, value in hops._asdict().items()}
    text = (
        "profile {profile p50 ms:.0f} / {profile p99 ms:.0f} ms, "
        "decision {decision p50 ms:.0f} / {decision p99 ms:.0f} ms, "
        + CPU
        + "; {CPU ms/change:.1f} ms a change"
    )
    how = f"{len(written):,} new users at {rate:.0f}/s, p50 / p99; {workers_text(used)}; hops: " + ", ".join(
        f"{name} {value:.0f}" for name, value in hops._asdict().items()
    )
    how = f"{how} ms; {TRAFFIC.format_map(values)}; {requests_text(used)}"
    return Figures(label, text.format_map(values), how, values)


CPU = (
    "CPU of a core: workers {CPU workers %:.0f} %, broker {CPU broker %:.0f} %, "
    "database {CPU database %:.0f} %"
)
TRAFFIC = (
    "a second {control/s:,.0f} control records, {own/s:,.0f} of the product's own, "
    "{markers/s:,.0f} markers of transactions, {internal/s:,.0f} commits and states of transactions"
)


def cpu_values(used: Usage) -> dict[str, float]:
    """CPU in percent of a core: of each process, of all workers, of these with the broker."""
    values = {f"CPU {name} %": 100 * seconds / used.at for name, seconds in used.cpu.items()}
    workers = sum(value for name, value in values.items() if name[4:-2] not in SERVICES)
    return {
        "CPU workers %": workers,
        "CPU workers and broker %": workers + values["CPU broker %"],
    } | values


def fleet_and_broker(used: Usage) -> float:
    """CPU seconds of the workers and the broker."""
    return sum(seconds for name, seconds in used.cpu.items() if name not in SERVICES) + used.cpu["broker"]


def workers_text(used: Usage) -> str:
    """The CPU of each worker, in words."""
    shares = (f"{name} {seconds / used.at:.0%}" for name, seconds in used.cpu.items() if name not in SERVICES)
    return ", ".join(shares)


def traffic_values(traffic: Traffic, seconds: float) -> dict[str, float]:
    """Records a second: of control, the product's own, and what the broker keeps of transactions."""
    own, control = traffic.own.total(), traffic.control.total()
    return {
        "control/s": control / seconds,
        "own/s": own / seconds,
        "control per own": control / own if own else 0.0,
        "markers/s": traffic.markers / seconds,
        "internal/s": traffic.internal / seconds,
    }


def request_values(used: Usage) -> dict[str, float]:
    """Requests of the workers a second, all and by kind."""
    by_kind = {f"{kind} requests/s": count / used.at for kind, count in used.requests.items()}
    return {"requests/s": sum(used.requests.values()) / used.at} | by_kind


def requests_text(used: Usage) -> str:
    """The requests a second, in words."""
    kinds = sorted(used.requests.items(), key=lambda item: -item[1])
    listed = ", ".join(f"{kind} {count / used.at:,.0f}" for kind, count in kinds)
    return f"{sum(used.requests.values()) / used.at:,.0f} requests a second ({listed})"
