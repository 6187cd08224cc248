"""Rules of the field for texts: the parts of personal names, math as words."""
