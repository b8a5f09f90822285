"""Backups: made, read, put back, whole or one partnership; must not know what a disagreement is about."""
