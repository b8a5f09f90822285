"""Meetings and what was issued for them, for programs: the pages' own forms and services."""
