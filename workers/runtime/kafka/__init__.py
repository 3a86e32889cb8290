"""Kafka: records and their headers, producers, readers, group membership, fencing.

Three files use private parts of aiokafka 0.14: `group` (its coordinator), `record_batch` (its fetcher) and
`producer` (its client). The version is pinned, and their unit tests run on aiokafka's own classes.
"""
