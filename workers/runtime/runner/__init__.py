"""Faust's runner: stages on a consumer group, with their states in changelogs. Nothing else knows Faust."""
