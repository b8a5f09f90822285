"""The programming interface: the same verbs through the same forms as the pages."""
