"""Targets, dual control, the carbon peak, the roadmap, assessment: rules and arithmetic, pure."""
