"""The workers of the fleet, one row each: name, module, and the question it answers."""

from typing import NamedTuple


class Worker(NamedTuple):
    """One worker; its module has `run(settings, stop)`. `looped`: it runs on an event loop of its own."""

    name: str
    module: str
    question: str
    looped: bool = True


WORKERS = (
    Worker("capture", "workers.capture.app", "What changed?", looped=False),
    Worker("route", "workers.route.app", "Whom does it concern?"),
    Worker("people", "workers.people.app", "What do we know of them, and should we write now?"),
    Worker("mail", "workers.mail.app", "What do we say?"),
    Worker("serve", "workers.serve.app", "How do people and programs see it?", looped=False),
)
BY_NAME = {worker.name: worker for worker in WORKERS}
