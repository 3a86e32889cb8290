"""The profile of a person: a pure function of what is stored and of the time."""
