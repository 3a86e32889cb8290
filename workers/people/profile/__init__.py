"""The profile of a person, as a pure function of what is known and of the time."""
