"""How a mail looks: HTML and plain text from templates, and the raw message that carries both. Pure."""
