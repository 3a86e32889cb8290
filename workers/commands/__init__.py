"""The subcommands of `kairos`, one file each."""
