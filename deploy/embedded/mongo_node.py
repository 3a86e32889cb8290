"""The MongoDB protocol with change streams: mongo-java-server in memory, with our change log (java/)."""

from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.embedded.failure import Report
from deploy.embedded.java import JVM, find_java, mongo_class_path
from deploy.embedded.ports import HOST

# the heap holds all documents (2 to 3 KB each) and the change log; it grows only as far as needed
HEAP = ("-Xmx2g", "-Xms32m")
LOGGING = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=error",)
INTERNAL = ("admin", "config", "local")


def prepare(home: Path, report: Report) -> list[str]:
    """Fetch and compile what is missing; returns the beginning of the Java command, up to the class path."""
    java = find_java()
    return [java, *HEAP, *JVM, *LOGGING, "-cp", mongo_class_path(java, home, report)]


def command(java: list[str], data: Path, ports: dict[str, int]) -> list[str]:
    """The command that starts the server on its data folder."""
    options = ["--host", HOST, "--port", str(ports["mongo"]), "--data", str(data / "mongo")]
    return [*java, "kairos.MongoLauncher", *options]


def is_ready(ports: dict[str, int]) -> bool:
    """Whether the server answers."""
    try:
        with _client(ports) as client:
            client.admin.command("ping")
    except PyMongoError:
        return False
    return True


def reset(ports: dict[str, int]) -> None:
    """Drop every database."""
    with _client(ports) as client:
        for name in client.list_database_names():
            if name not in INTERNAL:
                client.drop_database(name)


def _client(ports: dict[str, int]) -> "MongoClient[dict[str, object]]":
    return MongoClient(HOST, ports["mongo"], directConnection=True, serverSelectionTimeoutMS=1_000)
