"""Who the customers are: factors, segments, needs and lifetime value."""

import retail_uplift.libraries  # noqa: F401
