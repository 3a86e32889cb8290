"""The file of sources: our own names by default, and one line that names every wrong entry."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from schemas.notes import Noted
from topics.catalog import DOCUMENTS
from workers.product.sources import SourcesError, digest, load_sources, read_sources
from workers.runtime.process.settings import DEPLOY


def test_an_empty_file_means_our_own_names() -> None:
    """Collections have the topics' names with an underscore, fields their own, and the id is `_id`.

    What reading sets (`notes`, `day`) is not mapped, though a product may have a field of that name.
    """
    sources = read_sources({})

    assert sources.topics == tuple(topic.name for topic in DOCUMENTS)
    assert [source.collection for source in sources.captured][-2:] == ["job_views", "job_preferences"]
    for source, topic in zip(sources.captured, DOCUMENTS, strict=True):
        paths = {rule.name: rule.path for rule in source.fields}
        model = topic.payload[0]
        assert issubclass(model, Noted)
        names = set(model.model_fields) - model.SET_BY_READING
        assert paths == {name: (name,) for name in names} | {"id": ("_id",)}


def test_the_file_in_deploy_is_the_default() -> None:
    """The file that comes with Kairos changes nothing, and explains the format."""
    assert load_sources(DEPLOY / "sources.toml") == read_sources({})


def test_the_example_in_the_file_is_valid() -> None:
    """The example in the comments can be pasted."""
    text = (DEPLOY / "sources.toml").read_text()
    example = "\n".join(line.removeprefix("#") for line in text.splitlines() if line.startswith("#   "))
    sources = read_sources(tomllib.loads(example))

    assert "customers" in {source.collection for source in sources.captured}
    assert sources.external == ("job-views", "job-preferences")
    assert [*sources.changes] == ["job-views"]
    assert [source.topic for source in sources.airtable] == ["messages"]
    assert not {"jobs", "job-views"} & set(sources.topics)


def test_the_examples_in_the_readme_are_valid() -> None:
    """Those of `where` and computed fields, and of Debezium."""
    blocks = re.findall(
        r"```toml\n(\[(?:users|orders)\].*?)```", (DEPLOY.parent / "README.md").read_text(), re.S
    )
    filtered, changed = (read_sources(tomllib.loads(block)) for block in blocks)

    assert [each.topic for each in filtered.captured if each.beyond_paths] == ["orders", "events"]
    assert [*changed.changes] == ["users"]


def test_a_topic_that_capture_does_not_read_has_a_mapping() -> None:
    """The loaders use it for external topics and for those that are switched off."""
    messages = {"external": True, "fields": {"status": "Status"}}
    sources = read_sources({"messages": messages, "jobs": {"enabled": False}})

    assert {source.topic for source in sources.others} == {"messages", "jobs"}
    assert {rule.name: rule.path for rule in sources.of("messages").fields}["status"] == ("Status",)
    assert sources.of("users") in sources.captured


def test_the_changes_of_debezium_have_a_mapping() -> None:
    """Other external topics hold documents."""
    tables = {"orders": {"external": True}, "users": {"external": True, "format": "debezium"}}
    sources = read_sources(tables)

    assert [*sources.changes] == ["users"]
    assert sources.changes["users"] is sources.of("users")
    assert sources.external == ("users", "orders")


def test_a_table_overrides_only_the_names_in_it() -> None:
    """A mapped field has its path, a field set to false is never read, others keep their names."""
    users = {"collection": "customers", "fields": {"email": "profile.mail", "age": False}}
    source = read_sources({"users": users}).captured[0]
    paths = {rule.name: rule.path for rule in source.fields}

    assert source.collection == "customers"
    assert paths["email"] == ("profile", "mail")
    assert paths["name"] == ("name",)
    assert "age" not in paths
    assert "profile" in source.roots
    assert "age" not in source.roots


def test_the_digest_depends_on_the_mapping_and_the_database() -> None:
    """Every pair of them has its own."""
    mappings: list[dict[str, Any]] = [
        {},
        {"users": {"enabled": False}},
        {"users": {"fields": {"age": False}}},
        {"users": {"where": {"test": {"not": True}}}},
        {"users": {"where": {"test": {"not": 1}}}},
        {"orders": {"where": {"test": {"not": True}}}},
        {"users": {"fields": {"language": {"constant": "ja"}}}},
        {"users": {"fields": {"gender": {"path": "gender", "values": {"1": "female"}}}}},
        {"events": {"fields": {"participants": {"where": {"role": {"not": "host"}}}}}},
        {"events": {"fields": {"participants": {"status": {"path": "status", "values": {"1": "yes"}}}}}},
    ]
    digests = {digest(read_sources(each).captured, name) for each in mappings for name in ("a", "b")}

    assert len(digests) == 20
    kept = digest(read_sources({}).captured, "kairos")
    assert kept == "5fbdf38376cabf6e"  # another one makes every fleet take a snapshot
    assert digest(read_sources({}).captured, "a") in digests


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"user": {}}, "user: unknown topic, there are users, orders"),
        ({"inbox": {}}, "inbox: unknown topic"),
        (
            {"users": {"colection": "x"}},
            "users.colection: unknown key, there are collection, cluster, database, enabled",
        ),
        ({"users": {"format": "debezium"}}, "users.format: is for topics with `external = true`"),
        ({"users": {"external": True, "format": "avro"}}, "users.format: Input should be 'documents' or"),
        ({"users": {"collection": ""}}, "users.collection: String should match pattern"),
        ({"users": {"collection": 7}}, "users.collection: Input should be a valid string"),
        ({"users": {"enabled": "no"}}, "users.enabled: Input should be a valid boolean"),
        ({"users": "customers"}, "users: Input should be a valid dictionary"),
        ({"users": {"fields": {"nick": "x"}}}, "users.fields.nick: unknown field, there are id, email"),
        ({"users": {"fields": {"email": 7}}}, "users.fields.email: must be a path like"),
        ({"users": {"fields": {"email": True}}}, "users.fields.email: must be a path like"),
        ({"users": {"fields": {"email": {"path": 7}}}}, "users.fields.email.path: must be a path like"),
        ({"users": {"fields": {"email": "a..b"}}}, "users.fields.email: must be a path like"),
        ({"users": {"fields": {"email": "$where"}}}, "users.fields.email: must be a path like"),
        ({"users": {"fields": {"id": "id"}}}, "users.fields.id: must be `_id` or a path in it"),
        ({"users": {"fields": {"id": False}}}, "users.fields.id: is required and cannot be left out"),
        (
            {"events": {"fields": {"participants": {"path": "x", "mail": "y"}}}},
            "events.fields.participants.mail: unknown field, there are email, name",
        ),
        (
            {"events": {"fields": {"participants": {"email": False}}}},
            "events.fields.participants.email: is required",
        ),
        ({"users": {"collection": "orders"}}, "users.collection: orders is read for orders already"),
        (
            {"users": {"collection": "x"}, "orders": {"collection": "x"}},
            "orders.collection: x is read for users already",
        ),
    ],
)
def test_a_wrong_entry_is_named_with_its_key(content: dict[str, Any], text: str) -> None:
    """The error is one line that names the entry and what is allowed there."""
    with pytest.raises(SourcesError, match=f"^{re.escape(text)}") as refused:
        read_sources(content)

    assert "\n" not in str(refused.value)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """The line names the file and all that is wrong in it, each with its line there."""
    file = tmp_path / "sources.toml"
    file.write_text('[user]\n[orders]\nfields.amount = 1\n[jobs]\nenabled = "x"\n')
    with pytest.raises(SourcesError) as refused:
        load_sources(file)

    assert str(refused.value).startswith(f"{file}: line 1: user: unknown topic")
    assert "; line 3: orders.fields.amount: " in str(refused.value)
    assert "; line 5: jobs.enabled: " in str(refused.value)


@pytest.mark.parametrize("content", [None, b"[users", b"\xff"])
def test_a_file_that_cannot_be_read_is_named(content: bytes | None, tmp_path: Path) -> None:
    """A missing file, bad TOML and bad text are one line that names the file."""
    file = tmp_path / "sources.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SourcesError, match=re.escape(str(file))) as refused:
        load_sources(file)

    assert "\n" not in str(refused.value)


def test_a_topic_may_come_from_another_database_or_cluster() -> None:
    """The same name of a collection in two of them is no contradiction; its place is no part of Airtable."""
    content = {"users": {"collection": "people"}, "orders": {"collection": "people", "database": "shop"}}
    sources = read_sources(content)
    assert [sources.of(topic).place for topic in ("users", "orders")] == [("", ""), ("", "shop")]
    with pytest.raises(SourcesError, match=r"orders\.collection: people is read for users already"):
        read_sources({"users": {"collection": "people"}, "orders": {"collection": "people"}})
    with pytest.raises(SourcesError, match=r"messages\.cluster: is for another source"):
        read_sources({"messages": {"from": "airtable", "cluster": "crm"}})
    with pytest.raises(SourcesError, match=r"users\.database: String should match"):
        read_sources({"users": {"database": "a/b"}})
