"""Tickets as HTML: for static pages and for the server."""
