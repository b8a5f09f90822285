"""Programs that stand in for an engine, an init system and a package manager, so that pages can be followed to the letter."""
