"""Faults by injection: a main job that acknowledges each step, faults that strike it, and a judge of what is left."""
