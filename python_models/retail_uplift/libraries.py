"""Loads the fitting libraries once, before the first fit of a wing is imported.

dbt runs Python models in threads. Two threads that import scikit-learn at once may each
see it half initialised. Every wing of this package imports this module first, so the
second thread waits until the first has loaded it.
"""

import sklearn.ensemble
import sklearn.linear_model  # noqa: F401
from threadpoolctl import threadpool_limits

# One thread a fit, for the life of the process: a seed then gives the same sums again.
# A limit that one fit set and lifted would be lifted while another fit runs.
threadpool_limits(1)
