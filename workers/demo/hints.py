"""Where to look next: commands to paste into another terminal. Pure."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from workers.demo.fleet import DemoLocation
from workers.demo.sample import SARAH


class Program(NamedTuple):
    """How this program is called on this machine, such as `.venv/bin/kairos`."""

    call: str

    def touch(self, place: DemoLocation, person: str) -> str:
        """The command that changes one person's record and times what comes of it."""
        return f"{self.call} demo --touch {person} --data {place.folder}"

    def look(self, command: str, place: DemoLocation) -> str:
        """A command that shows one person from the read model."""
        return f"REDIS_URL={place.redis_url} {self.call} {command} {SARAH}"

    def foot(self, place: DemoLocation, person: str) -> list[str]:
        """The lines below the totals."""
        return [
            "Ctrl-C stops everything. To paste into another terminal:",
            f"  {self.touch(place, person)}",
            f"  {self.look('explain', place)}",
        ]

    def hints(self, place: DemoLocation, person: str, ports: Mapping[str, int]) -> list[str]:
        """All there is to look at, once."""
        metrics = ", ".join(f"{name} {port}" for name, port in ports.items())
        return [
            "",
            "Change one person's record and see the milliseconds, in another terminal:",
            f"  {self.touch(place, person)}",
            "See a person, and why they are written to or not:",
            f"  {self.look('profile', place)}",
            f"  {self.look('explain', place)}",
            "Programs of your own (the database is `product`; `kairos topics graph` names topics):",
            f"  MONGO_URL={place.mongo_url} KAFKA_URL={place.kafka_url}",
            "Metrics at http://127.0.0.1:PORT/metrics, with the port of",
            f"  {metrics}",
            "README.md tells the rest.",
            "",
        ]


def program(called: str, python: str) -> Program:
    """The program from how it was called (`sys.argv[0]`) and the interpreter's path."""
    path = Path(called)
    return Program(f"{python} -m workers" if path.name == "__main__.py" else called)
