"""The embedded services, and the default sources.toml and policy.toml."""
