"""Fits of the retail_uplift warehouse: pure functions, frame in and frame out."""
