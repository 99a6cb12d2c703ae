"""Mails: what a message says, who vouches for its sender, what of it is new."""
