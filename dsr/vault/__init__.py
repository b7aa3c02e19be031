"""The vault: where secrets are looked up, in which order, and who is refused. Secrets never stand in a file of dsr's own.

Other rooms need one function: `secret(name, home)`.
"""

from dsr.vault.secrets import known, put, remove, secret

__all__ = ["known", "put", "remove", "secret"]
