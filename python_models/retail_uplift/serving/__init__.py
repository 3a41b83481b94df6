"""What readers get: the published file, and what is made from it."""
