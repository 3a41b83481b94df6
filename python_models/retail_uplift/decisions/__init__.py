"""What to do next: policy trees and the files of the campaign list."""

import retail_uplift.libraries  # noqa: F401
