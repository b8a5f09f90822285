"""Tests of documents: files are written, then read back as a reader of that kind would."""
