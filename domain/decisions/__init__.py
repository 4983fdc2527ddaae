"""Decision functions: (command, world) -> facts or a refusal. Pure."""
