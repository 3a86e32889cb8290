"""The payloads of all topics: pydantic models, an example of each, JSON Schema snapshots."""
