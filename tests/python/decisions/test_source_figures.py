"""The ledger of source figures names numbers that the bundled year has."""

import pytest


@pytest.mark.slow
def test_every_place_that_the_ledger_names_holds_a_number(real) -> None:
    # Another edition may lack one, so no data test can ask for it.
    figures = real.sql("from evidence.fct_source_figures").df()
    source = figures[figures["source_table"].notna() & figures["build_vars"].isna()]
    sound = figures[figures["sound_table"].notna()]
    assert len(source) > 40
    assert len(sound) > 60
    missing = [
        *source.loc[source["by_source_formula"].isna(), "source_table"],
        *sound.loc[sound["by_sound_formula"].isna(), "sound_table"],
    ]
    assert missing == []
