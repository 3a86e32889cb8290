"""Worker `serve`: writes profiles, decisions and mails to the read model in Redis."""
