"""The session protocol over WebSocket."""
