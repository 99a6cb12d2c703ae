"""Tickets as web pages: those of `tk serve` for the person who runs it, and the static ones of `tk site`."""
