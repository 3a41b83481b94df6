"""What the primary pipeline says of simulated retailers with several campaigns.

Each case is a kind of retailer with 10,000 households and two trials, built with the
learners and the forest of `dbt_project.yml`. A build is held against the truth twice:
does the headline interval contain the effect that it estimates, and how much of what
sending could earn does the recommended policy earn? Sending to nobody earns nothing, so
where sending pays its regret is 1, and no zero-width interval can hide that.

`make primary-pipeline` builds all of them and writes `benchmarks/primary_pipeline.csv`,
which KNOWN_TRUTH.md shows; `tests/python/effects/test_primary_pipeline.py` states what
has to hold.
"""

import math
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

# Names the folder of the helpers of tests, too.
from bench import ROOT, say, write_csv
from known_worlds import DESIGN, Retailer, build_retailer
from shared import SHARED_FOLDER
from tiny_canonical import SMALL_CHOICES

from retail_uplift.simulation.worlds import (
    COST_PER_CONTACT,
    MARGIN,
    Settings,
    World,
)

GRADES = ROOT / "benchmarks" / "primary_pipeline.csv"


class Case(NamedTuple):
    """A kind of retailer.

    Attributes
    ----------
    world, effect
        As `Settings`; break-even is 42.43 dollars.
    seeds
        One retailer each. The first is built with the repeated splits of
        `dbt_project.yml`, the others with one split, in less than half the time. Worlds
        of one seed share their households, so no two cases share a seed: all builds are
        independent.
    """

    world: World
    effect: float
    seeds: tuple[int, ...]


# By whom it pays to send to. Effects of the group are twice the usual ones, as in
# test_known_truth.py.
CASES = MappingProxyType(
    {
        "everybody": Case("constant", 120.0, (100, 101, 102)),
        "nobody": Case("constant", 20.0, (200, 201, 202)),
        "a group": Case("heterogeneous", 120.0, (1, 301, 302)),
    }
)
N_HOUSEHOLDS = 10_000
N_TRIALS = 2
# Room for as many trials with outcome windows of the same length.
N_WEEKS = 42
# The second trial is sent to one household at risk in nine, so that the arms of both
# together overlap in part only.
OVERLAP = 0.5
# No claim rests on the number of segments or on refutations.
VARS = MappingProxyType(
    {
        "cost_per_contact": COST_PER_CONTACT,
        "margin": MARGIN,
        **SMALL_CHOICES,
        "segment_bootstraps": 4,
        "placebo_replicates": 10,
        "random_covariate_replicates": 10,
        "subset_replicates": 10,
        "bootstrap_replicates": 10,
    }
)
SELECTION = ("+int_chosen_policies", "+fct_dr_scores")
# Columns of a grade in dollars per unit, and over many units.
EFFECTS = ("true_effect", "estimate", "ci_lower", "ci_upper")
PROFITS = (
    "best_profit_of_all",
    "best_profit",
    "true_profit",
    "claimed_profit",
    "claimed_lower",
    "claimed_upper",
)


def build_case(case: str, seed: int, folder: Path) -> Retailer:
    """Build a retailer.

    Parameters
    ----------
    case
        A key of `CASES`.
    seed
        Of the world.
    folder
        New folder for all of its files.
    """
    world, effect, (first, *_) = CASES[case]
    settings = Settings(
        world=world,
        n_households=N_HOUSEHOLDS,
        n_weeks=N_WEEKS,
        seed=seed,
        overlap=OVERLAP,
        effect=effect,
        n_trials=N_TRIALS,
    )
    variables = VARS if seed == first else VARS | {"n_splits": 1}
    return build_retailer(settings, folder, variables, SELECTION, with_variants=False)


def grade_all(folder: Path) -> Iterator[dict[str, Any]]:
    """Build all retailers, one after the other, and yield a row for each.

    Parameters
    ----------
    folder
        Receives a folder per retailer.

    Yields
    ------
    dict
        `pays_for` (a key of `CASES`), `seed` and what `grade` returns.
    """
    for number, (case, (_, _, seeds)) in enumerate(CASES.items()):
        for seed in seeds:
            retailer = build_case(case, seed, folder / f"case_{number}_seed_{seed}")
            yield {"pays_for": case, "seed": seed, **grade(retailer)}


def grade(retailer: Retailer) -> dict[str, Any]:
    """Hold a build against the truth of its world.

    Returns
    -------
    dict
        `n_campaigns`; `n_at_risk`, households in a trial that were sent none before,
        and `n_units`, those that the build has with the same arm; `n_splits` of the
        cross-fitting; the headline effect on sales as `estimand`, `estimate`,
        `ci_lower`, `ci_upper`, beside the `true_effect` of that estimand; the decisive
        `population` and its `share_of_units`; `is_ranking`, whether rules may rank; the
        recommended `policy`, its `share_targeted`, and `share_worth_it`, the share that
        it pays to send to; in dollars, `best_profit_of_all` of the best decision for
        each unit of the design; the same of the population alone, `best_profit`, and
        over its units the `true_profit` of the policy and `claimed_profit` with
        `claimed_lower` and `claimed_upper`; `regret`, the share of `best_profit` that
        the policy misses, which is missing where it pays to send to nobody;
        `first_choice`, the policy that the first part of the households chose,
        recommended or not; and `least_regret` of the policies that could be chosen.
    """
    return {**_headline(retailer), **_policy(retailer)}


def _headline(retailer: Retailer) -> dict[str, Any]:
    """Return the headline effect and the truth of its estimand.

    The estimated propensity e weighs the units of an ATO by e (1 - e), as it does for
    the estimate.
    """
    (row,) = retailer.query(
        f"""
        with units as (
            select
                scores.campaign_id,
                scores.n_splits,
                cast(truth.effect as double) as effect,
                scores.propensity * (1 - scores.propensity) as overlap_weight
            from evidence.fct_dr_scores as scores
            inner join truth
                on
                    scores.campaign_id = truth.campaign_id
                    and scores.household_id = truth.household_id
                    and scores.is_treated = truth.is_sent
            where design = '{DESIGN}' and outcome = 'purchase_amount'
        ),

        at_risk as (
            select count(*) as n_at_risk
            from truth
            where campaign_id in (select units.campaign_id from units)
        ),

        truths as (
            select
                count(distinct campaign_id) as n_campaigns,
                count(*) as n_units,
                max(n_splits) as n_splits,
                avg(effect) as ate,
                sum(overlap_weight * effect) / sum(overlap_weight) as ato
            from units
        )

        select
            n_campaigns,
            n_at_risk,
            n_units,
            n_splits,
            estimand,
            case estimand when 'ATE' then ate when 'ATO' then ato end as true_effect,
            estimate,
            ci_lower,
            ci_upper
        from marts.fct_effect_estimates
        cross join truths
        cross join at_risk
        where design = '{DESIGN}' and outcome = 'purchase_amount' and is_headline
        """
    ).to_dict("records")
    return row


def _policy(retailer: Retailer) -> dict[str, Any]:
    """Return the recommended policy of the decisive population and its true profit.

    Profits are means over the splits, in each of which the forest ranks anew.
    """
    (row,) = retailer.query(
        f"""
        with rewards as (
            select
                population,
                rewards.policy,
                split_id,
                is_targeted,
                is_worth_sending,
                {MARGIN} * cast(truth.effect as double) - {COST_PER_CONTACT} as profit
            from intermediate.int_policy_rewards as rewards
            inner join truth using (campaign_id, household_id)
            where design = '{DESIGN}'
        ),

        sums as (
            select
                population,
                policy,
                avg(cast(is_worth_sending as integer)) as share_worth_it,
                coalesce(sum(profit) filter (where is_worth_sending), 0)
                / count(distinct split_id) as best_profit,
                coalesce(sum(profit) filter (where is_targeted = 1), 0)
                / count(distinct split_id) as true_profit
            from rewards
            group by population, policy
        ),

        all_units as (
            select best_profit as best_profit_of_all
            from sums
            where population = 'all' and policy = 'treat_none'
        ),

        choices as (
            select
                *,
                1 - true_profit / nullif(best_profit, 0) as regret
            from intermediate.int_policy_choices
            inner join sums using (population, policy)
            where design = '{DESIGN}' and is_decisive
        )

        select
            chosen.population,
            populations.share_of_units,
            chosen.is_heterogeneity_detected as is_ranking,
            chosen.policy,
            chosen.share_targeted,
            choices.share_worth_it,
            all_units.best_profit_of_all,
            choices.best_profit,
            choices.true_profit,
            chosen.profit as claimed_profit,
            chosen.ci_lower as claimed_lower,
            chosen.ci_upper as claimed_upper,
            choices.regret,
            (select max(policy) from choices where is_chosen) as first_choice,
            (
                select min(regret) from choices where exclusion_reason is null
            ) as least_regret
        from intermediate.int_chosen_policies as chosen
        inner join choices using (design, population, policy)
        inner join evidence.fct_target_populations as populations
            using (design, population)
        cross join all_units
        where chosen.is_decisive
        """
    ).to_dict("records")
    return row


def rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Round a row: effects to cents, profits to dollars and shares to 0.1 %.

    What is not a number becomes None, an empty cell of a CSV file.
    """
    digits = dict.fromkeys(EFFECTS, 2) | dict.fromkeys(PROFITS, 0)

    def as_cell(name: str, value: Any) -> Any:
        if not isinstance(value, float):
            return value
        # Adding 0 takes the sign from a rounded -0.
        return None if math.isnan(value) else round(value, digits.get(name, 3)) + 0.0

    return {name: as_cell(name, value) for name, value in row.items()}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="retail_uplift_pipeline_") as name:
        # Builds share one parse of the project.
        os.environ[SHARED_FOLDER] = name
        rows = []
        for row in grade_all(Path(name)):
            rows.append(rounded(row))
            say(f"graded seed {row['seed']}, where it pays for {row['pays_for']}")
    write_csv(rows, GRADES)


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, OSError) as error:
        sys.exit(f"primary pipeline: {error}")
