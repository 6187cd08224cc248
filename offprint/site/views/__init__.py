"""Views: the plain frozen data that templates see, one function for each kind of page."""
