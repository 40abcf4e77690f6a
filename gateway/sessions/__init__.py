"""A session as people live it: seats, the waiting room, who is here."""
