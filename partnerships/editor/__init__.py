"""The pages on which an administrator enters, checks, compares and publishes a protocol; knows no disagreement."""
