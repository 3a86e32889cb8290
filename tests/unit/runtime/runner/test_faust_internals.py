"""The internals of Faust, aiokafka and kafka-python that we use are those that our code was written for.

A failure here is no error of the code under test: a library has changed. Read the function that is named,
then the code that uses it (the last column), run the kill tests, and only then write the new hash down here.
"""

import hashlib
import inspect
from importlib.metadata import version
from pathlib import Path
from typing import Any

import faust
import pytest
from aiokafka.consumer.fetcher import Fetcher, FetchResult, PartitionRecords
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance, GroupCoordinator
from faust.app.base import App
from faust.assignor.partition_assignor import PartitionAssignor
from faust.stores.base import Store
from faust.tables.base import Collection
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport.consumer import Consumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from kafka.coordinator.consumer import ConsumerCoordinator
from kafka.coordinator.heartbeat import Heartbeat
from mode.services import Service
from mode.worker import Worker

from workers.runtime.runner.app import App as OwnApp
from workers.runtime.runner.app import QuietWorker
from workers.runtime.runner.consumer import BatchConsumer
from workers.runtime.runner.store import PartitionStore

PINNED = {"faust-streaming": "0.15.3", "mode-streaming": "0.7.1", "aiokafka": "0.14.0"}
PINNED |= {"kafka-python": "3.0.12"}
FETCH = "BatchConsumer._wait_next_records, _queue"
COMMIT = "BatchConsumer._filter_committable_offsets, commit_later"
THREAD = "MemberThread._fetch_records"
RECORD_BATCH = "kafka.record_batch"
STOP = "BatchConsumer.wait_empty, on_partitions_revoked"
SEEK = "BatchConsumer.perform_seek, _open, _is_open"
RECOVER = "BatchConsumer._recover, skip_own"
STORE = "PartitionStore"
GROUP = "kafka.group"
START, END = "App.on_start", "QuietWorker._gather_all, _sentinel_task"
CRASH = "QuietWorker._crash"
SYNC_GROUP, OWNERSHIP = "kafka.sync_group", "capture.ownership"
# class, function, hash of its source, the code that uses it
INTERNALS: tuple[tuple[type, str, str, str], ...] = (
    (Consumer, "_wait_next_records", "62b6a4fb3f1c", FETCH),
    (Consumer, "getmany", "5c87d5d37428", FETCH),
    (Consumer, "_drain_messages", "b62bd6539aeb", FETCH),
    (Consumer, "stop_flow", "3cdef0be226f", FETCH),
    (Consumer, "resume_flow", "ec1fff970fcf", FETCH),
    (Consumer, "pause_partitions", "a5c1b6e85045", FETCH),
    (Consumer, "resume_partitions", "ac313cef15ef", FETCH),
    (AIOKafkaConsumerThread, "getmany", "658576cd5e11", FETCH),
    (AIOKafkaConsumerThread, "_fetch_records", "8e15801cd1ae", THREAD),
    (Fetcher, "fetched_records", "377ee3925c9f", THREAD),
    (Fetcher, "_proc_fetch_request", "120083e326eb", RECORD_BATCH),
    (Fetcher, "_get_actions_per_node", "4d4471a80d3b", "MemberThread.gather_once"),
    (FetchResult, "getall", "23b4cfee4bb0", RECORD_BATCH),
    (PartitionRecords, "__init__", "26a77093d2e2", RECORD_BATCH),
    (PartitionRecords, "__next__", "41bbb30836d8", RECORD_BATCH),
    (Consumer, "_filter_committable_offsets", "8697d17213c6", COMMIT),
    (Consumer, "_filter_tps_with_pending_acks", "c45de12732d4", COMMIT),
    (Consumer, "_commit_tps", "7c9461c4a361", COMMIT),
    (Consumer, "_commit_offsets", "ba855c1ad21f", COMMIT),
    (Consumer, "_should_commit", "c4a45ac66a56", COMMIT),
    (AIOKafkaConsumerThread, "_commit", "d26ce85fdec4", COMMIT),
    (Consumer, "wait_empty", "75adf6c03e52", STOP),
    (Consumer, "on_stop", "f90ba1596099", STOP),
    (Consumer, "on_partitions_revoked", "bff85c032527", STOP),
    (Consumer, "perform_seek", "3abec3df46b4", SEEK),
    (App, "_on_partitions_revoked", "289e06db160c", STOP),
    (App, "_on_partitions_assigned", "87d6dabfbdaf", STOP),
    (App, "_update_assignment", "89d44532af34", STOP),
    (App, "_consumer_wait_empty", "74ec0046f4ff", STOP),
    (AIOKafkaConsumerThread, "seek_to_committed", "f037ef0a4002", SEEK),
    (AIOKafkaConsumerThread, "seek_wait", "c82e4301a814", SEEK),
    (AIOKafkaConsumerThread, "_seek_wait", "906df6f0e086", SEEK),
    (App, "on_rebalance_start", "1eab75571cdc", SEEK),
    (App, "on_rebalance_end", "e56c4914e831", SEEK),
    (Recovery, "on_rebalance", "ccf60b5f1747", RECOVER),
    (Recovery, "revoke", "af194dd6478b", RECOVER),
    (Recovery, "_restart_recovery", "8cff0a470388", RECOVER),
    (Recovery, "_build_highwaters", "e325e558d2b6", RECOVER),
    (Recovery, "_build_offsets", "2f47238c12aa", RECOVER),
    (Recovery, "_seek_offsets", "0d0a5bb059c9", RECOVER),
    (Recovery, "_slurp_changelogs", "43660121cfa4", RECOVER),
    (Recovery, "need_recovery", "b941264a6522", RECOVER),
    (Recovery, "active_remaining", "10b9eaba588b", RECOVER),
    (Recovery, "flush_buffers", "67391d06774b", RECOVER),
    (Recovery, "on_recovery_completed", "8952e57ca77c", RECOVER),
    (TableManager, "on_rebalance", "6c39f409fe7a", STORE),
    (TableManager, "on_partitions_revoked", "f21fe574d0b5", STORE),
    (Collection, "on_rebalance", "0c2b0d7d4c76", STORE),
    (Collection, "on_recovery_completed", "f95cbbb1b097", STORE),
    (Collection, "on_changelog_event", "4f9956f4073e", STORE),
    (Collection, "apply_changelog_batch", "a4d80df8d663", STORE),
    (Collection, "persisted_offset", "8469a7e06600", STORE),
    (GroupCoordinator, "_coordination_routine", "f6248d537969", GROUP),
    (GroupCoordinator, "_GroupCoordinator__coordination_routine", "8aefa7a9dabf", GROUP),
    (GroupCoordinator, "_push_error_to_user", "466858df8ba7", GROUP),
    (GroupCoordinator, "reset_generation", "680acecbba51", GROUP),
    (GroupCoordinator, "_maybe_leave_group", "9b75c3fa6001", GROUP),
    (GroupCoordinator, "ensure_active_group", "37c820655b61", GROUP),
    (GroupCoordinator, "_heartbeat_routine", "0c4b6cf1f0df", GROUP),
    (GroupCoordinator, "_do_heartbeat", "e9a9a9516623", GROUP),
    (GroupCoordinator, "_start_heartbeat_task", "48fe5651b1e2", GROUP),
    (GroupCoordinator, "_do_commit_offsets", "a0dd2c725ac3", GROUP),
    (CoordinatorGroupRebalance, "perform_group_join", "3f23338b7826", GROUP),
    (CoordinatorGroupRebalance, "_send_sync_group_request", "23f2d5123629", GROUP),
    (PartitionAssignor, "on_assignment", "a0d2c87668c9", GROUP),
    (AIOKafkaConsumerThread, "on_start", "5550ff514f9b", GROUP),
    (App, "on_start", "ed3658a67985", START),
    (Service, "_actually_start", "c6c7c109c2f3", START),
    (Service, "stop", "771567481640", START),
    (Service, "crash", "cb8c347c8daa", CRASH),
    (Service, "_crash", "a3295771d772", CRASH),
    (Worker, "_shutdown_loop", "1e4f4cef65e8", END),
    (Worker, "_gather_all", "25dd35b2e82a", END),
    (Worker, "_sentinel_task", "da3bf7aea7ec", END),
    (ConsumerCoordinator, "need_rejoin", "e8cc3c8b9df0", SYNC_GROUP),
    (ConsumerCoordinator, "join_group_async", "ebd967cec860", SYNC_GROUP),
    (ConsumerCoordinator, "_do_heartbeat", "69c9b470dc51", OWNERSHIP),
    (Heartbeat, "sent_heartbeat", "a432baa434bd", OWNERSHIP),
    (Heartbeat, "received_heartbeat", "2ab0d2c324b8", OWNERSHIP),
)


def source_hash(owner: type, name: str) -> str:
    """A short hash of a function's source; of a service's task, the hash of its function."""
    function: Any = inspect.getattr_static(owner, name)
    return hashlib.blake2b(
        inspect.getsource(getattr(function, "fun", function)).encode(), digest_size=6
    ).hexdigest()


@pytest.mark.parametrize(("package", "pinned"), PINNED.items())
def test_the_versions_are_the_pinned_ones(package: str, pinned: str) -> None:
    """Another version needs the review that this file asks for."""
    assert version(package) == pinned, f"{package} is not {pinned}: read the list in {Path(__file__).name}"


@pytest.mark.parametrize(
    ("owner", "name", "expected_hash", "used_by"),
    INTERNALS,
    ids=[f"{row[0].__name__}.{row[1]}" for row in INTERNALS],
)
def test_each_internal_function_has_the_known_source(
    owner: type, name: str, expected_hash: str, used_by: str
) -> None:
    """A function that the runtime depends on has the source for which the runtime was written."""
    assert source_hash(owner, name) == expected_hash, (
        f"{owner.__module__}.{owner.__name__}.{name} has changed: read it and {used_by}, then run `make soak`"
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "name"),
    [
        (BatchConsumer, Consumer, "_wait_next_records"),
        (BatchConsumer, Consumer, "_filter_committable_offsets"),
        (BatchConsumer, Consumer, "wait_empty"),
        (BatchConsumer, Consumer, "perform_seek"),
        (BatchConsumer, Consumer, "on_partitions_revoked"),
        (PartitionStore, Store, "apply_changelog_batch"),
        (PartitionStore, Store, "on_rebalance"),
        (PartitionStore, Store, "on_recovery_completed"),
        (PartitionStore, Store, "persisted_offset"),
        (PartitionStore, Store, "reset_state"),
        (PartitionStore, Store, "backup_partition"),
        (PartitionStore, Store, "restore_backup"),
        (OwnApp, App, "on_start"),
        (QuietWorker, Worker, "_crash"),
        (QuietWorker, Worker, "_gather_all"),
        (QuietWorker, Worker, "_sentinel_task"),
    ],
)
def test_every_overridden_method_has_the_same_parameters(ours: type, theirs: type, name: str) -> None:
    """An override takes the parameters that Faust passes."""
    assert list(inspect.signature(getattr(ours, name)).parameters) == list(
        inspect.signature(getattr(theirs, name)).parameters
    )


@pytest.mark.parametrize(
    ("owner", "attributes"),
    [
        (Consumer, ("_read_offset", "_committed_offset", "_acked", "flow_active", "suspend_flow")),
        (faust.App, ("_consumer",)),
        (TableManager, ("_recovery",)),
        (Recovery, ("active_tps", "active_offsets", "active_highwaters", "tp_to_table", "in_recovery")),
    ],
)
def test_every_attribute_that_the_runtime_uses_exists(owner: type, attributes: tuple[str, ...]) -> None:
    """Attributes that the runtime reads or writes are set by Faust's class."""
    source = inspect.getsource(owner)
    assert [name for name in attributes if f"self.{name} =" not in source and f" {name}:" not in source] == []
