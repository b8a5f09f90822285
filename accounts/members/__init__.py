"""Who has access to one partnership: let in, changed, ended; must not know that disagreements exist."""
