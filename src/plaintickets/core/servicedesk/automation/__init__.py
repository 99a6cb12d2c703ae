"""Automation rules: what triggers them, what they do, in which order, within which bounds."""
