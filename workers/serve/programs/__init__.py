"""HTTP for programs, by bearer token: profiles and decisions, the batch, and outcomes of other senders."""
