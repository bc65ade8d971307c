"""The domain: vocabulary and arithmetic, pure functions on frames."""
