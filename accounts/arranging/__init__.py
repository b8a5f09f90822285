"""What a partnership arranges beside its protocol, and the log of what was done to it; must not know that disagreements exist."""
