"""What a campaign did: nuisances, effects per unit, checks of both."""

import retail_uplift.libraries  # noqa: F401
