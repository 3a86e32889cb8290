"""Where it is said: one catalogue row per topic; plan, apply and graph."""
