"""Having `dsr remind` run every hour: entries of our own with the system's schedulers, and what became of the last run."""
