"""The mutation matrix: every mutation that applies, played against a playbook on its rehearsal, judged by the server."""
