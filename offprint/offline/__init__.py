"""The offline edition: a built site as one zip."""
