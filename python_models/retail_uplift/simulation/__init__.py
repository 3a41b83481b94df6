"""A simulated retailer in the canonical schema whose campaign effects are known.

``worlds`` says what is true, ``catalogue`` and ``behaviour`` how a grocer's customers
shop, ``trials`` who is sent what and what it does, ``writer`` streams the files.
"""
