"""What everything else stands on: ids, time, errors, events, settings, state machines."""
