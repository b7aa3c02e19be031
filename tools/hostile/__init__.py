"""Hostile input: what is fed to dsr, and what must hold whatever it is."""
