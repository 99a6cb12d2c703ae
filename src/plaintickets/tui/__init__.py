"""The terminal interface of `tk ui`: list, board, ticket, forms and search, over the actions of the commands."""
