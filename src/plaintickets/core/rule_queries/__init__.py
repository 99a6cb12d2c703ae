"""The queries of automation rules: names that nobody knows, rules that never match, rules on time that hold themselves."""
