"""dsr: the person's side of data-protection law. Letters, one's own accounts, and the legal clock, in one case."""

__version__ = "0.1.0"
