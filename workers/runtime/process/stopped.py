"""What ends a wait that would last longer than its process."""


class Stopped(Exception):
    """A process was asked to stop while it was waiting or reading."""
