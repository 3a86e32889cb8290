"""Small servers that stand in for paid services, and a proxy that tests can cut."""
