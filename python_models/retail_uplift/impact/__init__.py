"""What each campaign brought, week by week."""

import retail_uplift.libraries  # noqa: F401
