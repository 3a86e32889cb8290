"""Whom does it concern? Documents become facts, and facts find their person."""
