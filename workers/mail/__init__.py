"""What do we say? A decision to send or ask becomes a written mail."""
