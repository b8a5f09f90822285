"""The partnership's directory: its agencies, their posts and who holds them, and its contacts."""
