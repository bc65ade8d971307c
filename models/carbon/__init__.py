"""Emissions from activity data and dated, sourced factors."""
