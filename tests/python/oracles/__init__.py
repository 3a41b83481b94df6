"""Independent implementations that the tests compare the project with."""
