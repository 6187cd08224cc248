"""The views: plain frozen data, one for each kind of page."""
