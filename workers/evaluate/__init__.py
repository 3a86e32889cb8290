"""Measures how well a feed ranks jobs: behaviour (recorded or made up), metrics, rivals, and the protocol."""
