"""Assessment of enterprises: criteria, grades, quotas, the use of land, appeals."""
