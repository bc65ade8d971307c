"""The ways out: MQTT, a signed webhook, e-mail. Each takes what the outbox has for it."""
