"""What to say when a service does not answer: which one, where, its setting, and how to start it."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from topics.connecting import NO_BROKER
from workers.runtime.process.settings import Settings, SettingsError, load

START = (
    '`eval "$(kairos services up)"` starts Kafka, MongoDB and Redis on this machine, for trying things out'
)


class Service(NamedTuple):
    """A service, the setting that names it, and where that says it is."""

    name: str
    setting: str
    address: Callable[[Settings], str]


def host_of(url: str) -> str:
    """The hosts of a URL, without a user and a password."""
    return urlsplit(url).netloc.rpartition("@")[2] or url.partition("://")[0]


KAFKA = Service("Kafka", "KAFKA_URL", lambda settings: ", ".join(settings.brokers))
MONGO = Service("MongoDB", "MONGO_URL", lambda settings: host_of(settings.mongo_url))
REDIS = Service("Redis", "REDIS_URL", lambda settings: host_of(settings.redis_url))
# the classes of errors of a connection that cannot be made, by module and name
SERVICES: dict[tuple[str, str], Service] = {
    ("redis.exceptions", "ConnectionError"): REDIS,
    ("redis.exceptions", "TimeoutError"): REDIS,
    ("pymongo.errors", "ConnectionFailure"): MONGO,
    ("kafka.errors", "KafkaConnectionError"): KAFKA,
    ("aiokafka.errors", "KafkaConnectionError"): KAFKA,
}
# they answer, and something else is wrong
ANSWERED = frozenset({"AuthenticationError", "AuthorizationError", "BusyLoadingError", "NotPrimaryError"})


def hint(error: BaseException) -> str | None:
    """The line for an error because a service does not answer; None for all others."""
    classes = type(error).__mro__
    if ANSWERED & {class_.__name__ for class_ in classes}:
        return None
    text = " ".join(str(error).split())
    if text.startswith(NO_BROKER):
        return f"{text}; check KAFKA_URL; {START}"
    for class_ in classes:
        service = SERVICES.get((class_.__module__, class_.__name__))
        if service is not None:
            return f"{service.name} does not answer{place(service)} ({shortened(text)}); {START}"
    return None


def place(service: Service) -> str:
    """Where a service should be, and the setting that says so."""
    try:
        return f" at {service.address(load())}, where {service.setting} says it is"
    except SettingsError:
        return f"; check {service.setting}"


def shortened(text: str) -> str:
    """The beginning of the text of a driver, which may go on for pages about its topology."""
    return text if len(text) <= 120 else f"{text[:119]}…"
