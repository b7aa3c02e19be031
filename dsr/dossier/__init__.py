"""The page that shows all cases: what stands on it, as text ready to be read, and its rendering as one HTML file."""
