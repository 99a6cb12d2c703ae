"""The web pages of a store, for the person who runs `tk serve`: they call the same actions as the commands."""
