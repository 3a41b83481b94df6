"""Costs, power, A/A tests and experiments against scipy, statsmodels and numpy."""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from dbt_runner import BUILD_DATA, REPOSITORY, copy_tables, run_dbt, run_dbt_or_fail
from scipy import stats
from shared import contact_cost
from statsmodels.stats.power import NormalIndPower

slow = pytest.mark.slow
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]
LOOKBACK = VARS["lookback_days"]["completejourney"]
MARGIN = VARS["margin"]


def rendered_quantile(probability: str) -> str:
    """Return the SQL of macro normal_quantile."""
    path = REPOSITORY / "macros/statistics/normal_quantile.sql"
    source = path.read_text(encoding="utf-8")
    call = f"{{{{ normal_quantile('{probability}') }}}}"
    return jinja2.Template(source + call).render()


def test_quantile_macro_is_the_normal_quantile_to_1e_8():
    probabilities = [1e-6, 0.001, 0.024, 0.1, 0.5, 0.8, 0.975, 0.999]
    values = ", ".join(f"({p})" for p in probabilities)
    sql = f"select {rendered_quantile('p')} as z from (values {values}) as t(p)"
    z = duckdb.sql(sql).df()["z"]
    np.testing.assert_allclose(z, stats.norm.ppf(probabilities), atol=1e-8)


# --- costs ------------------------------------------------------------------------


@slow
def test_coupon_dollars_of_a_campaign_are_those_of_the_lines_in_pandas(real):
    transactions = real.sql(
        "from staging.stg_transactions where coupon_discount > 0"
    ).df()
    transactions = transactions.astype(
        {"coupon_discount": float, "coupon_match_discount": float}
    )
    coupons = real.sql("from staging.stg_coupons").df()
    targets = real.sql("from staging.stg_campaign_targets").df()
    redemptions = real.sql("from staging.stg_coupon_redemptions").df()
    built = real.sql("from marts.fct_campaign_costs").df().set_index("campaign_id")
    campaigns = real.sql("from staging.stg_campaigns").df()
    assert len(built) == len(campaigns)
    for campaign in campaigns.itertuples():
        key = campaign.campaign_id
        products = set(coupons.loc[coupons.campaign_id == key, "product_id"])
        sent = set(targets.loc[targets.campaign_id == key, "household_id"])
        own = redemptions[redemptions.campaign_id == key]
        lines = transactions[
            transactions.product_id.isin(products)
            & transactions.household_id.isin(sent)
            & transactions.day.between(campaign.start_day, campaign.end_day)
        ]
        of_redeeming = lines.household_id.isin(set(own.household_id))
        row = built.loc[key]
        assert row.n_contacted == len(sent)
        assert row.n_redeeming == own.household_id.nunique()
        assert row.n_coupon_lines == len(lines)
        assert row.manufacturer_funded == pytest.approx(lines.coupon_discount.sum())
        matched = lines.coupon_match_discount
        assert row.retailer_funded == pytest.approx(matched.sum())
        assert row.redeeming_retailer_funded == pytest.approx(
            matched[of_redeeming].sum()
        )


@slow
def test_measured_cost_is_far_below_the_documents(real):
    costs = dict(
        real.sql(
            "select cost_model, cost_per_contact from evidence.fct_cost_models"
        ).fetchall()
    )
    sent = real.sql(
        "select sum(retailer_funded), sum(n_contacted) from marts.fct_campaign_costs "
        "where campaign_type = 'A' and is_fully_observed"
    ).fetchone()
    models = pd.read_csv(REPOSITORY / "seeds/behaviour/cost_models.csv")
    models = models.set_index("cost_model")
    documented = models.loc["documents_flat", "flat_cost"]
    assert costs["documents_flat"] == documented
    assert costs["retailer_funded"] == pytest.approx(sent[0] / sent[1])
    assert costs["mailing_and_retailer_funded"] == pytest.approx(
        VARS["mailing_cost"] + sent[0] / sent[1]
    )
    assert costs["redeemed_retailer_funded"] < costs["retailer_funded"]
    assert costs["retailer_funded"] < documented / 10
    # Nobody stated a cost, so the measured one decides.
    assert set(costs) == set(models.index) - {"stated"}
    assert contact_cost(real) == costs[VARS["cost_model"]]


@slow
def test_a_cost_model_that_does_not_exist_stops_the_build_in_a_sentence(
    real_warehouse: Path, scratch_folder: Path
):
    warehouse = scratch_folder / "cost_model" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        tables = ["int_designs", "int_documented_contact_cost"]
        tables = [f"intermediate.{table}" for table in tables]
        tables += ["marts.fct_campaign_costs", "seeds.cost_models"]
        copy_tables(connection, real_warehouse, tables)
    build = [*BUILD_DATA, "--select", "fct_cost_models", "int_contact_cost"]
    run = run_dbt(build, warehouse, vars={"cost_model": "retailer_founded"}, threads=1)
    assert run.returncode != 0
    assert (
        "var cost_model is retailer_founded, expected one of documents_flat, "
        "documents_arithmetic, retailer_funded, redeemed_retailer_funded, mailing, "
        "mailing_and_retailer_funded."
    ) in " ".join(run.stdout.split())


# --- power ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def power(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    rows = real.sql("from marts.fct_power").df()
    assert len(rows) == 4 * 3 * 3 * 5
    return rows


@slow
def test_smallest_effects_are_those_of_statsmodels(power):
    for row in power.itertuples():
        effective = row.n_households * row.n_campaigns / row.design_effect
        ratio = (1 - row.treated_share) / row.treated_share
        chance = NormalIndPower().power(
            row.minimum_detectable_effect / row.residual_std_dev,
            nobs1=effective * row.treated_share,
            alpha=VARS["power_alpha"],
            ratio=ratio,
        )
        assert chance == pytest.approx(VARS["power_target"], abs=1e-5)


@slow
def test_spread_and_look_back_correlation_are_numpys_on_the_same_weeks(real, power):
    days = real.sql("from intermediate.int_purchase_days").df()
    days["sales_value"] = days["sales_value"].astype(float)
    last = int(real.sql("select max(day) from intermediate.int_calendar").fetchone()[0])
    weeks = 8
    outcomes, lookbacks = [], []
    while (start := last - 7 * weeks + 1) - LOOKBACK >= 1:
        before = days[days.day.between(start - LOOKBACK, start - 1)]
        x = before.groupby("household_id").sales_value.sum()
        during = days[days.day.between(start, last)]
        y = during.groupby("household_id").sales_value.sum().reindex(x.index).fillna(0)
        outcomes.append(y - y.mean())
        lookbacks.append(x - x.mean())
        last = start - 1
    y, x = pd.concat(outcomes), pd.concat(lookbacks)
    built = power.query(
        "metric == 'purchase_amount' and horizon_weeks == 8 and method == 'cuped' "
        "and treated_share == 0.5 and arm_rule == 'one campaign'"
    ).iloc[0]
    assert built.n_windows == len(outcomes) > 1
    spread = math.sqrt((y**2).sum() / (len(y) - len(outcomes)))
    assert built.std_dev == pytest.approx(spread)
    rho = np.corrcoef(x, y)[0, 1]
    assert built.lookback_correlation == pytest.approx(rho)
    assert built.residual_std_dev == pytest.approx(spread * math.sqrt(1 - rho**2))
    # Pairs of windows of a household, in both orders.
    wide = pd.concat(outcomes, axis=1)
    products = [
        (wide.iloc[:, i] * wide.iloc[:, j]).dropna()
        for i in range(wide.shape[1])
        for j in range(wide.shape[1])
        if i != j
    ]
    correlation = pd.concat(products).mean() / (y**2).mean()
    plain = power.query(
        "metric == 'purchase_amount' and horizon_weeks == 8 and method == 'plain'"
    )
    np.testing.assert_allclose(plain.household_correlation, correlation)


@slow
def test_documented_sizes_follow_from_their_inputs_and_do_not_exist(real):
    rows = real.sql("from evidence.fct_documented_tests").df()
    for row in rows.itertuples():
        arm = NormalIndPower().solve_power(
            row.effect / row.std_dev, alpha=0.05, power=0.8
        )
        assert row.n_needed == math.ceil(2 * arm)
        # The source study rounds an arm down.
        assert abs(row.n_needed - row.stated_households) <= 2
    largest = rows.sort_values("n_needed").iloc[-1]
    assert largest.stated_households == 5748
    assert not largest.is_possible
    assert largest.verdict.startswith("Not possible")


# --- A/A tests ----------------------------------------------------------------------


def coins(household: int, block: int) -> int:
    """Return the arms of a household in sixty fake assignments, one in each bit."""
    key = f"{VARS['assignment_salt']}_aa_{block}|{household}"
    return int(hashlib.md5(key.encode()).hexdigest()[:15], 16)


@slow
@pytest.mark.parametrize("scope_window", [0, 3])
def test_differences_of_fake_arms_are_those_of_clustered_least_squares(
    real, scope_window
):
    key = "metric = 'purchase_amount' and method = 'cuped'"
    scope = f"and scope_window = {scope_window}"
    numbers = real.sql(
        f"select * from intermediate.int_aa_replicates where {key} {scope} "
        "order by assignment_id limit 5"
    ).df()
    windows = "" if scope_window == 0 else f"and window_number = {scope_window}"
    rows = real.sql(
        f"select * from intermediate.int_power_residuals where {key} {windows} "
        f"and horizon_weeks = {min(VARS['power_horizon_weeks'])}"
    ).df()
    assert len(numbers) == 5
    for replicate in numbers.itertuples():
        block, bit = divmod(replicate.assignment_id, 60)
        arms = {h: coins(h, block) >> bit & 1 for h in rows.household_id.unique()}
        z = rows.household_id.map(arms).to_numpy()
        # Each arm by itself: its mean and the clustered error of it.
        means, variances = [], []
        for arm in (1, 0):
            part = rows[z == arm]
            fit = sm.OLS(part.residual, np.ones(len(part))).fit(
                cov_type="cluster",
                cov_kwds={"groups": part.household_id, "use_correction": False},
            )
            clusters = part.household_id.nunique()
            means.append(fit.params.iloc[0])
            variances.append(fit.bse.iloc[0] ** 2 * clusters / (clusters - 1))
        score = (means[0] - means[1]) / math.sqrt(sum(variances))
        # Residuals are kept in millionths of a standard deviation.
        assert replicate.z_score == pytest.approx(score, abs=1e-4)


@slow
def test_fake_assignments_are_even_and_independent(real):
    households = real.sql(
        "select distinct household_id from intermediate.int_aa_units"
    ).df()["household_id"]
    blocks = range(math.ceil(VARS["aa_assignments"] / 60))
    bits = [coins(household, block) for household in households for block in blocks]
    tossed = np.array([[(b >> k) & 1 for k in range(60)] for b in bits])
    n = tossed.size
    assert abs(tossed.mean() - 0.5) < 4 * math.sqrt(0.25 / n)
    correlations = np.corrcoef(tossed, rowvar=False)[np.triu_indices(60, 1)]
    assert np.abs(correlations).max() < 5 / math.sqrt(len(tossed))
    rows = real.sql("from evidence.fct_aa_tests").df()
    assert len(rows) == 4 * 2 * 2
    assert (rows.n_assignments == 1000).all()
    lower, upper = VARS["aa_false_positive_range"]
    assert rows.false_positive_rate.between(lower, upper).all()
    for row in rows.itertuples():
        found = stats.binomtest(
            round(row.false_positive_rate * row.n_assignments), row.n_assignments
        ).proportion_ci(method="wilson")
        assert (row.ci_lower, row.ci_upper) == pytest.approx((found.low, found.high))


# --- experiments --------------------------------------------------------------------

TABLES = (
    "intermediate.int_calendar",
    "intermediate.int_contact_cost",
    "intermediate.int_purchase_days",
    "seeds.experiment_metrics",
    "seeds.words",
    # The next two are what the views after them read.
    "staging.base_campaign_targets",
    "staging.base_campaigns",
    "staging.stg_campaign_targets",
    "staging.stg_campaigns",
)
BROKEN, SOUND, WAITING, UNKNOWN = 8, 13, 18, 99


@pytest.fixture(scope="module")
def experiment(
    real_warehouse: Path, scratch_folder: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Real weeks of three campaigns with arms drawn by us, and a campaign nobody knows.

    In the broken one households with much to spend were sent it more often than logged.
    """
    warehouse = scratch_folder / "experiment" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    random = np.random.default_rng(7)
    with duckdb.connect(str(warehouse)) as connection:
        copy_tables(connection, real_warehouse, TABLES)
        connection.execute(
            "create table staging.stg_source_ids "
            "(id_type varchar, id bigint, source_id varchar)"
        )
        frames = []
        for campaign in (BROKEN, SOUND, WAITING, UNKNOWN):
            households = connection.sql(
                "select household_id, sum(sales_value)::double as spend "
                "from intermediate.int_purchase_days group by 1 order by 1"
            ).df()
            n = len(households)
            recommended = random.random(n) < 0.5
            p = np.where(recommended, 0.7, 0.2)
            p[:20], p[20:40] = 0.0, 1.0
            drawn = p.copy()
            if campaign == BROKEN:
                rich = (households["spend"] > households["spend"].median()).to_numpy()
                drawn = np.where((p > 0) & (p < 1) & rich, p + 0.15, p)
            households = households.assign(
                campaign_id=campaign,
                p_assign=p,
                is_assigned=(random.random(n) < drawn).astype(int),
                is_recommended=recommended,
                block_id=np.where(recommended, "list ", "other ")
                + (households["household_id"] % 5).astype(str),
            )
            frames.append(households)
        connection.register("assignments", pd.concat(frames))
        connection.execute("create schema history")
        connection.execute(
            "create table history.campaign_assignments as "
            "select campaign_id, household_id, 1 as assigned_at_day, 's' as salt, "
            "'p' as policy, block_id, 'd' as decision, p_assign, "
            "is_assigned::integer as is_assigned, "
            "is_recommended and is_assigned = 0 as is_holdout, "
            "0.0::double as predicted_effect, is_recommended from assignments"
        )
    models = ["int_experiment_campaigns", "int_experiment_units"]
    models += ["int_experiment_checks", "int_experiment_outcomes"]
    models += ["int_experiment_values", "int_experiment_effects"]
    models += ["int_experiment_policy_rewards", "fct_experiment_policy_values"]
    models += ["fct_experiment_results", "int_experiment_summaries"]
    models += ["fct_experiments"]
    # With the data tests: where nothing was assigned, they have no rows to check.
    run_dbt_or_fail([*BUILD_DATA, "--select", *models], warehouse, threads=1)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


def randomised(connection: duckdb.DuckDBPyConnection, campaign: int) -> pd.DataFrame:
    """Return the randomised households with outcome y and look-back x."""
    units = connection.sql(
        "from history.campaign_assignments "
        f"where campaign_id = {campaign} and p_assign > 0 and p_assign < 1"
    ).df()
    start, end = connection.sql(
        f"select start_day, end_day from staging.stg_campaigns "
        f"where campaign_id = {campaign}"
    ).fetchone()
    days = connection.sql("from intermediate.int_purchase_days").df()
    spend = days.assign(sales_value=days["sales_value"].astype(float))

    def total(first: int, last: int) -> pd.Series:
        part = spend[spend["day"].between(first, last)]
        sums = part.groupby("household_id")["sales_value"].sum()
        return units["household_id"].map(sums).fillna(0.0)

    return units.assign(
        y=total(start, end + VARS["washout_days"]), x=total(start - LOOKBACK, start - 1)
    )


@slow
def test_a_sound_assignment_passes_and_a_broken_one_stops(experiment):
    rows = experiment.sql("from marts.fct_experiments").df().set_index("campaign_id")
    assert list(rows.index) == [BROKEN, SOUND, WAITING, UNKNOWN]
    said = rows["verdict"]
    assert said[BROKEN].startswith("Stop: the assignment is broken")
    assert said[SOUND].split(":")[0] in {"Scale", "Stop", "Unclear"}
    assert said[WAITING] == "Waiting: the outcome window is not over."
    assert said[UNKNOWN] == "Waiting: the campaign is not in the data."
    assert (rows["n_not_randomised"] == 40).all()
    results = experiment.sql("from marts.fct_experiment_results").df()
    assert set(results["campaign_id"]) == {BROKEN, SOUND}
    broken = results[results["campaign_id"] == BROKEN]
    numbers = ["effect", "std_error", "treated_mean", "profit_per_contact", "p_value"]
    assert broken[numbers].isna().all(axis=None)
    values = experiment.sql("from evidence.fct_experiment_policy_values").df()
    assert set(values["campaign_id"]) == {SOUND}
    # Compliance: our arms are not the ones the retailer sent it to.
    units = experiment.sql(
        "select a.*, t.household_id is not null as is_sent "
        "from history.campaign_assignments as a left join staging.stg_campaign_targets "
        f"as t using (campaign_id, household_id) where campaign_id = {SOUND}"
    ).df()
    sent = units.groupby("is_assigned")["is_sent"].mean()
    assert rows.loc[SOUND, "share_sent_of_assigned"] == pytest.approx(sent[1])
    assert rows.loc[SOUND, "share_sent_of_others"] == pytest.approx(sent[0])


@slow
@pytest.mark.parametrize("campaign", [BROKEN, SOUND])
def test_sample_ratios_are_scipys_chi_square(experiment, campaign):
    units = randomised(experiment, campaign)
    built = experiment.sql(
        f"from marts.fct_experiments where campaign_id = {campaign}"
    ).df()
    # Inside a block the probability is the same: each is a chi-square test.
    statistic = 0.0
    blocks = units.groupby("block_id")
    for _, block in blocks:
        treated, expected = block["is_assigned"].sum(), block["p_assign"].sum()
        n = len(block)
        statistic += stats.chisquare(
            [treated, n - treated], [expected, n - expected]
        ).statistic
    p = stats.chi2.sf(statistic, len(blocks))
    assert built["block_p_value"].iloc[0] == pytest.approx(p, rel=1e-4, abs=1e-12)
    surplus = units["is_assigned"].sum() - units["p_assign"].sum()
    z = surplus / math.sqrt((units["p_assign"] * (1 - units["p_assign"])).sum())
    total = built["total_p_value"].iloc[0]
    assert total == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-3, abs=2e-7)


@slow
@pytest.mark.parametrize("population", ["all", "recommended", "not recommended"])
@pytest.mark.parametrize("method", ["plain", "cuped"])
def test_effects_are_statsmodels_weighted_least_squares(experiment, population, method):
    units = randomised(experiment, SOUND)
    if population != "all":
        units = units[units["is_recommended"] == (population == "recommended")]
    y = units["y"]
    if method == "cuped":
        theta = np.cov(units["x"], y)[0, 1] / units["x"].var()
        y = y - theta * (units["x"] - units["x"].mean())
    z, p = units["is_assigned"], units["p_assign"]
    fit = sm.WLS(y, sm.add_constant(z.astype(float)), weights=z / p + (1 - z) / (1 - p))
    fit = fit.fit(cov_type="HC0")
    n = len(units)
    built = experiment.sql(
        "from marts.fct_experiment_results where metric = 'purchase_amount' and "
        f"population = '{population}' and method = '{method}' and campaign_id = {SOUND}"
    ).df()
    assert built["effect"].iloc[0] == pytest.approx(fit.params["is_assigned"])
    error = fit.bse["is_assigned"] * math.sqrt(n / (n - 1))
    assert built["std_error"].iloc[0] == pytest.approx(error)
    lower = fit.params["is_assigned"] - stats.norm.ppf(0.975) * error
    profit = MARGIN * lower - contact_cost(experiment)
    assert built["profit_ci_lower"].iloc[0] == pytest.approx(profit)
    # Nothing was done to anybody by our draw: the truth is 0.
    assert abs(fit.params["is_assigned"]) < 4 * error


@slow
def test_the_look_back_narrows_the_interval(experiment):
    errors = experiment.sql(
        "pivot (select * from marts.fct_experiment_results where is_valid "
        "and metric = 'purchase_amount') on method using first(std_error) "
        "group by population"
    ).df()
    assert len(errors) == 3
    assert (errors["cuped"] < 0.8 * errors["plain"]).all()


def policy_profits(
    units: pd.DataFrame, policy: str, cost: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and rewards of the households for a policy."""
    send = {
        "treat_all": np.ones(len(units)),
        "treat_none": np.zeros(len(units)),
        "recommended": units["is_recommended"].to_numpy(dtype=float),
        "whole_list": (
            units["is_recommended"]
            | units["is_holdout"]
            | units["decision"].eq("send as before")
        ).to_numpy(dtype=float),
    }[policy]
    z, p = units["is_assigned"].to_numpy(), units["p_assign"].to_numpy()
    weights = z / p * send + (1 - z) / (1 - p) * (1 - send)
    return weights, MARGIN * units["y"].to_numpy() - cost * z


@slow
@pytest.mark.parametrize("estimator", ["horvitz_thompson", "hajek", "hajek_cuped"])
def test_policy_values_and_their_errors_are_numpys(experiment, estimator):
    units = randomised(experiment, SOUND)
    if estimator == "hajek_cuped":
        theta = np.cov(units["x"], units["y"])[0, 1] / units["x"].var()
        units["y"] = units["y"] - theta * (units["x"] - units["x"].mean())
    n, cost = len(units), contact_cost(experiment)

    def influence(policy: str) -> tuple[float, np.ndarray]:
        weights, rewards = policy_profits(units, policy, cost)
        if estimator == "horvitz_thompson":
            value = np.mean(weights * rewards)
            return value, weights * rewards - value
        value = np.average(rewards, weights=weights)
        return value, weights * (rewards - value) / weights.mean()

    built = experiment.sql(
        f"from evidence.fct_experiment_policy_values where estimator = '{estimator}'"
    ).df()
    built = built.set_index("policy")
    assert len(built) == 4
    for policy in built.index:
        value, moves = influence(policy)
        assert built.loc[policy, "policy_value"] == pytest.approx(value)
        for baseline in ("none", "all"):
            base_value, base_moves = influence(f"treat_{baseline}")
            difference = moves - base_moves
            error = math.sqrt((difference**2).sum() / (n * (n - 1)))
            margin = stats.norm.ppf(0.975) * error
            column = f"profit_vs_{baseline}"
            assert built.loc[policy, column] == pytest.approx(
                value - base_value, abs=1e-9
            )
            assert built.loc[policy, f"{column}_ci_lower"] == pytest.approx(
                value - base_value - margin, abs=1e-9
            )


def test_logged_probabilities_estimate_a_policy_without_bias():
    """The formula that the models hold to, on draws whose truth is known."""
    random = np.random.default_rng(1)
    n, repetitions, cost = 400, 2000, 10.0
    recommended = random.random(n) < 0.4
    p = np.where(recommended, 0.8, 0.1)
    untreated = random.gamma(2, 50, n)
    effect = np.where(recommended, 80, 5)
    truth = np.mean(np.where(recommended, MARGIN * effect - cost, 0))
    found = []
    for _ in range(repetitions):
        z = (random.random(n) < p).astype(int)
        units = pd.DataFrame(
            {
                "is_assigned": z,
                "p_assign": p,
                "is_recommended": recommended,
                "is_holdout": False,
                "decision": "send",
                "y": untreated + effect * z,
            }
        )
        values = [
            np.mean(np.multiply(*policy_profits(units, policy, cost)))
            for policy in ("recommended", "treat_none")
        ]
        found.append(values[0] - values[1])
    error = np.std(found) / math.sqrt(repetitions)
    assert abs(np.mean(found) - truth) < 4 * error


@slow
def test_looks_keep_the_level_and_have_the_power_they_state(real):
    plan = real.sql("from intermediate.int_next_campaign_power").df().iloc[0]
    looks = real.sql("from evidence.fct_interim_looks").df()
    assert list(looks["share"]) == VARS["interim_shares"]
    alpha, weakest = VARS["power_alpha"], VARS["min_conditional_power"]
    drift = (plan["effect"] - plan["break_even"]) / plan["std_error"]
    for look in looks.itertuples():
        t = look.share
        error = plan["std_error"] / math.sqrt(t)
        z_look = (look.success_effect - plan["break_even"]) / error
        z_futile = (look.futility_effect - plan["break_even"]) / error
        z_end = (look.final_effect - plan["break_even"]) / plan["std_error"]
        # Of the spending function (Lan and DeMets 1983), on both sides.
        quarter = stats.norm.ppf(1 - alpha / 4)
        spent = 4 * stats.norm.sf(quarter / math.sqrt(t))
        assert z_look == pytest.approx(stats.norm.isf(spent / 2), rel=3e-3)
        # Both looks share t of the households: false alarms of either, exactly.
        both = stats.multivariate_normal(cov=[[1, math.sqrt(t)], [math.sqrt(t), 1]])
        inside = both.cdf([z_look, z_end], lower_limit=[-z_look, -z_end])
        assert 0.7 * alpha < 1 - inside <= alpha + 1e-4
        # At the limit of futility the end is passed in min_conditional_power of cases.
        if z_futile < z_look - 1e-9:
            needed = (z_end - z_futile * math.sqrt(t) - drift * (1 - t)) / math.sqrt(
                1 - t
            )
            assert stats.norm.sf(needed) == pytest.approx(weakest, abs=1e-4)
        assert look.early_success_chance == pytest.approx(
            stats.norm.sf(z_look - drift * math.sqrt(t)), abs=1e-5
        )
        assert look.early_failure_chance == pytest.approx(
            stats.norm.cdf(z_futile - drift * math.sqrt(t)), abs=1e-5
        )
        assert look.early_failure_chance_at_break_even == pytest.approx(
            stats.norm.cdf(z_futile), abs=1e-5
        )
        assert look.final_power == pytest.approx(stats.norm.sf(z_end - drift), abs=1e-5)
