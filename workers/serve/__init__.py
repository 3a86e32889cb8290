"""The worker `serve`: profiles, decisions and mails in Redis, for people and programs to look up."""
