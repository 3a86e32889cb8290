"""How fast and how often an outside service is asked, by all processes together: limits kept in Redis."""
