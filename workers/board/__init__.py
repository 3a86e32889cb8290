"""The open jobs in memory, kept up to date from their topics: for whoever ranks."""
