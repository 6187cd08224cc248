"""What contributors and curators use: new, import, check, the form, history, the workflows."""
