"""May this caller do this? Pure rules; no rule means no."""
