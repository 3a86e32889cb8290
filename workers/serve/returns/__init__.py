"""Where mail providers report what comes back of mails."""
