"""A store as static files: pages, a search without a server, a feed."""
