"""Who is calling: cookies, origins, and nothing else."""
