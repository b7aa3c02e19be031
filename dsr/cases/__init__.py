"""The use cases: find the route, preview, ask once, act, record; and what a case's events mean on a given day."""
