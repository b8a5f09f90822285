"""A hundred simultaneous people for a quarter of an hour (`make load`)."""
