"""The 33 features in plain pandas, from their definitions and not from the SQL.

An oracle for `int_window_features`, and the speed baseline of `make bench`. So it is
written as an analyst would write it: one merge, then `groupby` per window.
"""

import pandas as pd

KEYS = ["household_id", "window_id"]
CATEGORIES = ["grocery", "fresh", "bakery", "health_beauty", "alcohol", "other"]
FEATURES = [
    "recency",
    "recency_weeks",
    "active_last_4w",
    "active_last_12w",
    "days_between_purchases_avg",
    "days_between_purchases_std",
    "frequency",
    "frequency_per_week",
    "frequency_per_month",
    "transaction_count",
    "weeks_with_purchase",
    "purchase_regularity",
    "monetary_sales",
    "monetary_actual",
    "monetary_avg_basket_sales",
    "monetary_avg_basket_actual",
    "monetary_std",
    "monetary_per_week",
    "coupon_savings_ratio",
    "discount_rate",
    "discount_usage_pct",
    "private_label_ratio",
    "n_departments",
    "n_products",
    "avg_items_per_basket",
    "avg_products_per_basket",
    *[f"share_{category}" for category in CATEGORIES],
    "week_coverage",
]
EXPOSURE = ["display_exposure_rate", "mailer_exposure_rate"]

# What is 0, and not unknown, for a household that bought nothing in the window.
COUNTS_AND_SUMS = [
    "frequency",
    "frequency_per_week",
    "frequency_per_month",
    "transaction_count",
    "weeks_with_purchase",
    "purchase_regularity",
    "monetary_sales",
    "monetary_actual",
    "monetary_per_week",
    "n_departments",
    "n_products",
]
# Weeks since a first purchase, from which on a rate is known (var min_tenure_weeks).
MIN_TENURE_WEEKS = 4


def window_features(
    lines: pd.DataFrame,
    products: pd.DataFrame,
    departments: pd.DataFrame,
    promotions: pd.DataFrame,
    calendar: pd.DataFrame,
    windows: pd.DataFrame,
) -> pd.DataFrame:
    """Compute the features of every household in every window.

    Parameters
    ----------
    lines : DataFrame
        Transaction lines in the canonical schema, discounts positive, dollars.
    products : DataFrame
        One row per `product_id`, with `department` and `brand`.
    departments : DataFrame
        One row per `department`, with `macro_category` and `counts_units`.
    promotions : DataFrame
        One row per `product_id`, `store_id` and `week`, with the codes `display` and
        `mailer`; '0' means none.
    calendar : DataFrame
        One row per `day`, with its `week`.
    windows : DataFrame
        One row per `household_id` and `window_id`, with `start_day` and `end_day`, both
        of which belong to the window.

    Returns
    -------
    DataFrame
        One row per row of `windows`: its four columns, `FEATURES` and `EXPOSURE`,
        ordered by household and window. NaN where a feature cannot be computed.
    """
    lines = _describe_lines(lines, products, departments, promotions)
    for end in ("start", "end"):
        windows = windows.merge(calendar[["day", "week"]].add_prefix(f"{end}_"))
    first = lines.sort_values("day").groupby("household_id")[["day", "week"]].first()
    windows = windows.merge(
        first.add_prefix("first_seen_"),
        how="left",
        left_on="household_id",
        right_index=True,
    )
    features = [
        _one_window(lines, window) for _, window in windows.groupby("window_id")
    ]
    return pd.concat(features).sort_values(KEYS, ignore_index=True)


def _describe_lines(
    lines: pd.DataFrame,
    products: pd.DataFrame,
    departments: pd.DataFrame,
    promotions: pd.DataFrame,
) -> pd.DataFrame:
    """Add to each line its product, department and promotion, and what it counts."""
    lines = lines.merge(
        products[["product_id", "department", "brand"]],
        on="product_id",
        how="left",
        validate="many_to_one",
    )
    lines["department"] = lines["department"].fillna("UNKNOWN")
    lines = lines.merge(
        departments, on="department", how="left", validate="many_to_one"
    ).merge(
        promotions[["product_id", "store_id", "week", "display", "mailer"]],
        on=["product_id", "store_id", "week"],
        how="left",
    )
    lines["actual_spend"] = lines["sales_value"] - lines["coupon_discount"]
    lines["discount"] = (
        lines["retail_discount"]
        + lines["coupon_discount"]
        + lines["coupon_match_discount"]
    )
    lines["units"] = lines["quantity"].where(lines["counts_units"], 0)
    lines["has_retail_discount"] = lines["retail_discount"] > 0
    lines["is_private"] = lines["brand"] == "Private"
    lines["is_branded"] = lines["brand"].isin(["Private", "National"])
    lines["has_display"] = lines["display"].fillna("0") != "0"
    lines["has_mailer"] = lines["mailer"].fillna("0") != "0"
    return lines


def _one_window(lines: pd.DataFrame, window: pd.DataFrame) -> pd.DataFrame:
    """Compute the features of all households of one window."""
    lines = lines.merge(window, on="household_id")
    lines = lines[lines["day"].between(lines["start_day"], lines["end_day"])]
    # Lines of quantity 0 carry coupons: money and a visit, but no item.
    items = lines[lines["quantity"] > 0]
    window = window.set_index("household_id")

    visits = lines.groupby("household_id").agg(
        last_day=("day", "max"),
        first_week=("week", "min"),
        last_week=("week", "max"),
        n_weeks=("week", "nunique"),
        n_baskets=("basket_id", "nunique"),
        sales=("sales_value", "sum"),
        actual=("actual_spend", "sum"),
        discount=("discount", "sum"),
        coupon_discount=("coupon_discount", "sum"),
    )
    bought = items.groupby("household_id").agg(
        n_lines=("product_id", "size"),
        n_products=("product_id", "nunique"),
        n_units=("units", "sum"),
        n_discounted=("has_retail_discount", "sum"),
        n_private=("is_private", "sum"),
        n_branded=("is_branded", "sum"),
        n_display=("has_display", "sum"),
        n_mailer=("has_mailer", "sum"),
    )
    known = items[items["department"] != "UNKNOWN"]
    bought["n_departments"] = known.groupby("household_id")["department"].nunique()
    # A shopper with coupon lines only bought 0 items, which is known.
    visits = visits.join(bought.reindex(visits.index).fillna(0))
    visits = visits.join(_basket_features(lines)).join(_gap_features(lines))
    visits = visits.join(_category_sales(lines))
    visits = window.join(visits)

    tenure_weeks = _tenure_weeks(visits)
    baskets, sales = visits["n_baskets"], visits["sales"]
    features = visits[["window_id", "start_day", "end_day"]].copy()
    features["recency"] = visits["end_day"] - visits["last_day"]
    features["recency_weeks"] = visits["end_week"] - visits["last_week"]
    for n_weeks in (4, 12):
        features[f"active_last_{n_weeks}w"] = (
            visits["last_week"] >= visits["end_week"] - n_weeks
        ).astype(int)
    features["days_between_purchases_avg"] = visits["gap_mean"]
    features["days_between_purchases_std"] = visits["gap_std"]

    features["frequency"] = baskets
    features["frequency_per_week"] = baskets / tenure_weeks
    features["frequency_per_month"] = features["frequency_per_week"] * 4.33
    features["transaction_count"] = visits["n_lines"]
    features["weeks_with_purchase"] = visits["n_weeks"]
    features["purchase_regularity"] = visits["n_weeks"] / tenure_weeks

    features["monetary_sales"] = sales
    features["monetary_actual"] = visits["actual"]
    features["monetary_avg_basket_sales"] = visits["basket_sales_mean"]
    features["monetary_avg_basket_actual"] = visits["basket_actual_mean"]
    features["monetary_std"] = visits["basket_sales_std"]
    features["monetary_per_week"] = sales / tenure_weeks
    features["coupon_savings_ratio"] = _ratio(visits["coupon_discount"], sales)

    features["discount_rate"] = _ratio(visits["discount"], sales + visits["discount"])
    features["discount_usage_pct"] = _ratio(visits["n_discounted"], visits["n_lines"])
    features["private_label_ratio"] = _ratio(visits["n_private"], visits["n_branded"])
    features["n_departments"] = visits["n_departments"]
    features["n_products"] = visits["n_products"]
    features["avg_items_per_basket"] = visits["n_units"] / baskets
    features["avg_products_per_basket"] = visits["n_products"] / baskets

    for category in CATEGORIES:
        features[f"share_{category}"] = _ratio(visits[category], sales)
    span = visits["last_week"] - visits["first_week"]
    features["week_coverage"] = visits["n_weeks"] / (span + 1).where(span > 0)
    features["display_exposure_rate"] = _ratio(visits["n_display"], visits["n_lines"])
    features["mailer_exposure_rate"] = _ratio(visits["n_mailer"], visits["n_lines"])

    bought_nothing = visits["n_baskets"].isna()
    features.loc[bought_nothing, COUNTS_AND_SUMS] = 0
    columns = [*KEYS, "start_day", "end_day", *FEATURES, *EXPOSURE]
    return features.reset_index()[columns]


def _tenure_weeks(visits: pd.DataFrame) -> pd.Series:
    """Weeks that a household is known in the window; NaN where they are too few."""
    was_known = visits["first_seen_day"] < visits["start_day"]
    known_from = visits["first_seen_week"].mask(was_known, visits["start_week"])
    weeks = visits["end_week"] - known_from + 1
    return weeks.where(was_known | (weeks >= MIN_TENURE_WEEKS))


def _basket_features(lines: pd.DataFrame) -> pd.DataFrame:
    """Mean and sample standard deviation of basket totals, per household."""
    baskets = lines.groupby(["household_id", "basket_id"])[
        ["sales_value", "actual_spend"]
    ].sum()
    return baskets.groupby("household_id").agg(
        basket_sales_mean=("sales_value", "mean"),
        basket_sales_std=("sales_value", "std"),
        basket_actual_mean=("actual_spend", "mean"),
    )


def _gap_features(lines: pd.DataFrame) -> pd.DataFrame:
    """Mean and, of two or more, population deviation of days between purchase days."""
    days = lines[["household_id", "day"]].drop_duplicates().sort_values("day")
    days["gap"] = days.groupby("household_id")["day"].diff()
    gaps = days.groupby("household_id")["gap"]
    spread = gaps.std(ddof=0).where(gaps.count() > 1)
    return pd.DataFrame({"gap_mean": gaps.mean(), "gap_std": spread})


def _category_sales(lines: pd.DataFrame) -> pd.DataFrame:
    """Sales per household (rows) and macro category (columns), 0 where none."""
    sales = lines.groupby(["household_id", "macro_category"])["sales_value"].sum()
    return sales.unstack(fill_value=0).reindex(columns=CATEGORIES, fill_value=0)


def _ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Divide; NaN where the denominator is 0."""
    return numerator / denominator.where(denominator != 0)
