"""What the bot does: the model, the pure decision, the worker and the sender."""
