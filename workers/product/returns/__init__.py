"""What comes back of mails: replies of mail servers, bounces and complaints. Pure."""
