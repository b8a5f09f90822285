"""What was learned, followed through to what changed, and what agencies report of their own; knows no report and no meeting."""
