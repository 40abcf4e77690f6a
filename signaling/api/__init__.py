"""One resource of the HTTP API per file; handlers are short and speak to the hub."""
