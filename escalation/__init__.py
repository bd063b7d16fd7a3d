"""When a person takes over: policy, triggers, hand-off, audience."""
