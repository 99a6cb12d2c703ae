"""The queries of automation rules: unknown names, rules that never match, rules on time that hold themselves."""
