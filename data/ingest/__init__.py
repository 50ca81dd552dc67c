"""Readers that turn files of other systems into tickets and events."""
