"""The `sotto` command, one file per subcommand."""
