"""`kairos jobs`: a token that serve believes, and the script of the pages."""

from click.testing import CliRunner, Result

from workers import cli
from workers.commands.worker import worker_environment
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, SettingsError, load
from workers.serve.tracking.tokens import TokenKeys
from workers.serve.tracking_script import SHIPPED

PRODUCTION = {"KAIROS_MODE": "production", "KAIROS_TOKEN_SECRETS": "k1:" + "s" * 32}


def run(*arguments: str, **environment: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli.kairos, ["jobs", "token", *arguments], env=environment)


def test_it_prints_a_token_of_the_person() -> None:
    """Signed with the key of the settings, for browsers unless it is asked for a server's."""
    settings = load(PRODUCTION)
    keys = TokenKeys(settings.token_secrets, settings.token_ms)

    browser = keys.read(run("mia", **PRODUCTION).stdout.strip(), now_ms())
    server = keys.read(run("mia", "--server", **PRODUCTION).stdout.strip(), now_ms())
    assert (browser.person, browser.for_server) == ("mia", False)
    assert (server.person, server.for_server) == ("mia", True)


def test_it_signs_with_no_secret_that_everybody_knows() -> None:
    """In production; and for nobody."""
    assert isinstance(run("mia", KAIROS_MODE="production").exception, SettingsError)
    assert run(" ").exit_code == 2


def test_workers_of_one_kind_answer_http_on_ports_of_their_own() -> None:
    """Counted up from that of the settings; the first has that one, wherever it stands in the fleet."""
    settings = Settings(kairos_http_port=8_000)
    ports = [worker_environment(settings, 4 + same, "", same)["KAIROS_HTTP_PORT"] for same in range(2)]

    assert ports == ["8000", "8001"]
    assert worker_environment(Settings(), 4, "", 1)["KAIROS_HTTP_PORT"] == "0"


def test_it_prints_the_script_as_it_is_shipped() -> None:
    """Byte by byte, to be put into a file."""
    printed = CliRunner().invoke(cli.kairos, ["jobs", "script"])

    assert printed.stdout_bytes == SHIPPED.read_bytes()
