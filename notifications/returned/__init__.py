"""What comes back of the e-mails that were sent, and what the office does about those that did not arrive."""
