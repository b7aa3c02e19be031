"""E-mail out, by the person's own server; the only room that knows SMTP."""
