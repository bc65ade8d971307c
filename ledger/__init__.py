"""The books: usage kept current, and one function for every question."""
