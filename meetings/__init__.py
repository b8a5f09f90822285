"""What goes before a sub-group or into a report: packs, drafts and queues, put together from what the apps below know."""
