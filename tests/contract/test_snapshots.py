"""The committed JSON Schemas are those of the models; a change that breaks a reader must be confirmed."""

import copy
from pathlib import Path

import pytest

from topics.snapshot import ADVICE, FOLDER, Schema, broken, changed, committed, current, main, write

REFRESH = "write them with: python -m topics.snapshot"
BREAKS = "this breaks readers:"


def test_snapshots_are_the_models() -> None:
    """A changed payload changes a committed file; the error lists what the change breaks."""
    old, new = committed(), current()
    breaking = broken(old, new)

    assert not breaking, "\n".join([BREAKS, *breaking, ADVICE])
    assert not changed(old, new), f"{', '.join(changed(old, new))} are not up to date; {REFRESH}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the snapshots of the current models."""
    write(current(), tmp_path)
    return tmp_path


def changed_orders(**fields: object) -> dict[str, Schema]:
    """The schemas with other fields in `orders`; None removes a field."""
    schemas = copy.deepcopy(current())
    properties = schemas["orders.json"]["properties"]
    properties.update(fields)
    schemas["orders.json"]["properties"] = {
        name: node for name, node in properties.items() if node is not None
    }
    return schemas


def test_written_schemas_are_read_back(folder: Path) -> None:
    """Writing them again changes nothing."""
    assert committed(folder) == current()
    assert write(current(), folder) == []


def test_a_safe_change_is_written(folder: Path) -> None:
    """A new field with a default is detected, breaks nothing and is written."""
    new = changed_orders(currency={"type": "string", "default": "USD"})

    assert changed(committed(folder), new) == ["orders.json"]
    assert write(new, folder) == ["orders.json"]
    assert committed(folder) == new


def test_a_breaking_change_is_refused_and_nothing_is_written(folder: Path) -> None:
    """A removed field: the text names topic and field, and the folder does not change."""
    new = changed_orders(amount=None)
    del new["inbox.OrderFact.json"]

    with pytest.raises(ValueError, match=r"orders\.json: amount: the field is gone") as refused:
        write(new, folder)

    assert "inbox.OrderFact.json: the payload is gone" in str(refused.value)
    assert committed(folder) == current()


def test_a_breaking_change_is_written_on_request(folder: Path) -> None:
    """`breaking` writes it, and removes the files of removed payloads."""
    new = changed_orders(amount=None)
    del new["inbox.OrderFact.json"]

    assert write(new, folder, breaking=True) == ["inbox.OrderFact.json", "orders.json"]
    assert committed(folder) == new


def test_a_new_payload_breaks_no_reader(folder: Path) -> None:
    """A new topic has no readers yet."""
    new = {**current(), "refunds.json": {"type": "object", "required": ["id"], "properties": {"id": {}}}}

    assert broken(committed(folder), new) == []
    assert changed(committed(folder), new) == ["refunds.json"]


def test_the_command_refuses_with_advice(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1 with the changes and both options; `--breaking` is code 0, an unknown argument code 2."""
    monkeypatch.setattr("topics.snapshot.current", lambda: changed_orders(amount=None))

    assert main([], folder) == 1
    output = capsys.readouterr().err
    assert "orders.json: amount: the field is gone" in output
    assert "--breaking" in output
    assert "version" in output
    assert main(["--breaking"], folder) == 0
    assert capsys.readouterr().out == "orders.json\n"
    assert main(["--braking"], folder) == 2


def test_the_snapshots_are_in_schemas_snapshots() -> None:
    """As the README says."""
    assert FOLDER.parts[-2:] == ("schemas", "snapshots")
