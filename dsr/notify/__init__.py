"""Ways on which reminders reach the person on this machine: a file, a program of theirs, the desktop.

Each implements `notice.Channel`.
"""
