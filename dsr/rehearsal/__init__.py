"""Sites played on this machine: a playbook runs against its real URLs and nothing leaves the machine."""

from dsr.rehearsal.memory import reset
from dsr.rehearsal.server import Rehearsal

__all__ = ["Rehearsal", "reset"]
