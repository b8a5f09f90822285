"""Tests of meetings, reports and what waits for a sub-group."""
