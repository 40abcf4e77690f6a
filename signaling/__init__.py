"""HTTP, WebSocket and command line: the rim around the gateway."""
