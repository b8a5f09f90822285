"""What is asked on the pages of learning and of agencies' returns."""
