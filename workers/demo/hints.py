"""Hints for further exploration: commands to paste into another terminal. Pure."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from deploy.embedded.airtable.service import BASE, TABLE
from workers.demo.fleet import DemoLocation
from workers.demo.sample import SARAH


class Program(NamedTuple):
    """How this program is called on this machine, such as `.venv/bin/kairos`."""

    call: str

    def touch_command(self, location: DemoLocation, person: str) -> str:
        """The command that changes one person's record and times the results."""
        return f"{self.call} demo --touch {person} --data {location.folder}"

    def read_command(self, command: str, location: DemoLocation) -> str:
        """A command that shows the sample person from the read model."""
        return f"REDIS_URL={location.redis_url} {self.call} {command} {SARAH}"

    def footer_lines(self, location: DemoLocation, person: str) -> list[str]:
        """The lines below the totals."""
        return [
            f"The job site is at {location.site_url}/ with its mails at /mails/; Ctrl-C stops everything.",
            "To paste into another terminal:",
            f"  {self.touch_command(location, person)}",
            f"  {self.read_command('explain', location)}",
        ]

    def hint_lines(self, location: DemoLocation, person: str, ports: Mapping[str, int]) -> list[str]:
        """All commands and addresses, shown once after the start."""
        metrics = ", ".join(f"{name} {port}" for name, port in ports.items())
        return [
            "",
            "Open the product's job site in a browser; its feed follows every click:",
            f"  {location.site_url}/",
            "See every mail as it was delivered; what you click in one is learnt:",
            f"  {location.site_url}/mails/",
            "Change one person's record and see the milliseconds, in another terminal:",
            f"  {self.touch_command(location, person)}",
            "See a person, and why they are written to or not:",
            f"  {self.read_command('profile', location)}",
            f"  {self.read_command('explain', location)}",
            "Programs of your own (the database is `product`; `kairos topics graph` names topics):",
            f"  MONGO_URL={location.mongo_url} KAFKA_URL={location.kafka_url}",
            "Its messages are in a stand-in for Airtable, with our mails written back:",
            f"  {location.airtable_url}/control/table?base={BASE}&table={TABLE}",
            "Metrics at http://127.0.0.1:PORT/metrics, with the port of",
            f"  {metrics}",
            *(self.gpt_lines(location) if location.gpt_url else ()),
            "README.md tells the rest.",
            "",
        ]

    def gpt_lines(self, location: DemoLocation) -> list[str]:
        """How the stand-in for OpenAI is made to fail, and what it was asked."""
        control = location.gpt_url.removesuffix("/v1") + "/control"
        return [
            "Let half of GPT's calls fail, and see how the mails go on; then see what came to it:",
            f"""  curl --json '{{"faults": {{"server_error": 0.5}}}}' {control}/settings""",
            f"  curl {control}/traffic",
        ]


def program(called: str, python: str) -> Program:
    """The program from how it was called (`sys.argv[0]`) and the interpreter's path."""
    path = Path(called)
    return Program(f"{python} -m workers" if path.name == "__main__.py" else called)
