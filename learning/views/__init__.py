"""The pages of learning, of briefings and of agencies' returns."""
