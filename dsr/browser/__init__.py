"""The browser: the only place that knows Playwright. Sessions, looking, pressing once, running a playbook."""
