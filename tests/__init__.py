"""Tests of Duetime."""
