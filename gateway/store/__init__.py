"""The database: one engine, one unit of work, SQLite or PostgreSQL."""
