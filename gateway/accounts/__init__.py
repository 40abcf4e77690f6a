"""Staff accounts at rest: roles, passwords, second factors, throttles, sign-ins."""
