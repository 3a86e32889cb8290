"""What Kairos runs on: embedded services, sources.toml, policy.toml."""
