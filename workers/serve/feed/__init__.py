"""The feed of serve: the open jobs in memory, the list of a person, and how it is told to browsers."""
