"""The tools of `tk mcp`: a face for coding agents beside the pages and the terminal interface, over the same actions.

The SDK has the same name as this folder; imports are absolute, so each finds its own.
"""
