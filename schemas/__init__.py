"""What is said: pydantic models, an example of each, JSON Schema snapshots."""
