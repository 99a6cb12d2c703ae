"""The pages of a store in a browser: they call the same actions as the commands."""
