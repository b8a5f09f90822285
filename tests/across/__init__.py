"""What concerns two partnerships."""
