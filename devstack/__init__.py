"""The local stack: what `dev.py` starts, checks and stops.  Knows no Django model and no page."""
