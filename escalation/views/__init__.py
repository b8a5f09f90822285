"""The people's pages: may they see it, which form, which template; a rule never lives here."""
