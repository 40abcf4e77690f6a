"""The privacy core of Sotto: accounts, sessions, the guard and the audit log. Knows nothing of HTTP."""
