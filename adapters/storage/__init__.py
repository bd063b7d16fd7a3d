"""Everything that is remembered: SQLAlchemy lives in this folder and nowhere else."""
