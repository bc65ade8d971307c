"""What the assessment of enterprises is made of: facts, yardsticks, criteria and words."""
