"""Signing in, the demonstration's doors, and account mail."""
