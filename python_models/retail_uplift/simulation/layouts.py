"""Invented data in the shapes in which retailers' data usually come.

Each layout has the file names, columns, forms and oddities of the well-known public
data of its kind, and invented content. The recipes of USE_YOUR_OWN_DATA.md turn them
into canonical tables, and a test builds each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

SEED = 20_260_801


@dataclass(frozen=True)
class Shop:
    """How an invented shop's customers buy.

    Attributes
    ----------
    n_customers, n_days, n_products
        Sizes.
    visit_rates
        Visits a day, of which each customer has one.
    lines
        Mean number of products of a visit.
    """

    n_customers: int
    n_days: int
    n_products: int
    visit_rates: tuple[float, ...] = (0.03, 0.08, 0.15)
    lines: float = 4.0

    def draw(self, rng: np.random.Generator, lift: np.ndarray) -> pd.DataFrame:
        """Return one row per visit and product, sorted by day.

        Parameters
        ----------
        rng
            Source of randomness.
        lift
            Factor of each customer's rate on each day, of shape (customers, days).
        """
        rates = rng.choice(self.visit_rates, self.n_customers)
        visits = rng.random((self.n_customers, self.n_days)) < rates[:, None] * lift
        days, customers = np.nonzero(visits.T)
        sizes = 1 + rng.poisson(self.lines - 1, len(days))
        visit = np.repeat(np.arange(len(days)), sizes)
        return pd.DataFrame(
            {
                "visit": visit,
                "customer": customers[visit],
                "day": days[visit],
                "product": rng.integers(self.n_products, size=len(visit)),
                "units": 1 + rng.poisson(0.4, len(visit)),
            }
        ).drop_duplicates(["visit", "product"], ignore_index=True)

    def unchanged(self) -> np.ndarray:
        """Return the lift of a shop that no campaign touches."""
        return np.ones((self.n_customers, self.n_days))


def online_retail(rng: np.random.Generator, folder: Path) -> None:
    """Write invoices of an online shop as ``online_retail_II.csv``.

    Oddities: returns are invoices whose number begins with C and whose quantities are
    negative; a fifth of the lines have no customer; customers are written as 13085.0;
    some lines repeat; bookings such as POST and BANK CHARGES are lines, too; bad debt
    is an invoice A with a negative price.
    """
    shop = Shop(300, 373, 120, visit_rates=(0.01, 0.03, 0.06), lines=6.0)
    lines = shop.draw(rng, shop.unchanged())
    n = len(lines)
    price = rng.integers(29, 1495, shop.n_products)
    code = np.array(
        [f"{20000 + 7 * i}{'' if i % 4 else 'BGP'[i % 3]}" for i in range(120)]
    )
    code[:3] = ["POST", "M", "BANK CHARGES"]
    name = np.array([f'RETRO TIN, "SET OF {i}"' for i in range(120)])
    minutes = pd.to_timedelta(
        rng.integers(480, 1080, lines.visit.max() + 1), unit="min"
    )
    date = pd.Timestamp("2009-12-01") + pd.to_timedelta(lines.day, unit="D")
    country = np.where(np.arange(300) % 11 == 0, "EIRE", "United Kingdom")
    guests = rng.random(lines.visit.max() + 1) < 0.2
    table = pd.DataFrame(
        {
            "Invoice": (489434 + lines.visit).astype(str),
            "StockCode": code[lines["product"]],
            "Description": name[lines["product"]],
            "Quantity": lines.units * rng.choice([1, 1, 6, 12], n),
            "InvoiceDate": date + minutes[lines.visit],
            "Price": price[lines["product"]] / 100,
            "Customer ID": (12346.0 + lines.customer).mask(guests[lines.visit]),
            "Country": country[lines.customer],
        }
    )
    back = table[lines.day < shop.n_days - 7].sample(frac=0.02, random_state=1)
    back = back.assign(
        Invoice="C" + (600000 + np.arange(len(back))).astype(str),
        Quantity=-back.Quantity,
        InvoiceDate=back.InvoiceDate + pd.Timedelta(days=6),
    )
    debt = pd.DataFrame(
        [["A563185", "B", "Adjust bad debt", 1, date.max(), -1062.06, None, "EIRE"]],
        columns=table.columns,
    )
    repeated = table.sample(frac=0.01, random_state=2)
    table = pd.concat([table, back, debt, repeated]).sort_values(
        ["InvoiceDate", "Invoice"], kind="stable"
    )
    table.to_csv(folder / "online_retail_II.csv", index=False)


def cdnow(rng: np.random.Generator, folder: Path) -> None:
    """Write customer, date, number of discs and dollars as ``CDNOW_master.txt``.

    Oddities: no header, columns of a fixed width, customers with leading zeros, dates
    without separators, two purchases on one day at times, nothing else known.
    """
    shop = Shop(500, 545, 1, visit_rates=(0.004, 0.01, 0.03), lines=1.0)
    lines = shop.draw(rng, shop.unchanged())
    again = lines.sample(frac=0.02, random_state=1)
    lines = pd.concat([lines, again]).sort_values(["customer", "day"], kind="stable")
    dates = pd.Timestamp("1997-01-01") + pd.to_timedelta(lines.day, unit="D")
    discs = lines.units.to_numpy()
    cents = discs * rng.choice([1177, 1299, 1499, 1999], len(lines))
    rows = zip(lines.customer + 1, dates, discs, cents / 100, strict=True)
    text = "".join(
        f" {customer:05d} {date:%Y%m%d} {n:2d} {amount:7.2f}\n"
        for customer, date, n, amount in rows
    )
    (folder / "CDNOW_master.txt").write_text(text)


def hillstrom(rng: np.random.Generator, folder: Path) -> None:
    """Write one mailing with two versions and a control arm, one row per customer.

    Oddities: there are no purchases, only the months since the last one, the dollars of
    the last year and the dollars of the two weeks after the mailing.
    """
    n = 3_000
    arms = ["Mens E-Mail", "Womens E-Mail", "No E-Mail"]
    arm = rng.permutation(np.arange(n) % 3)
    history = np.maximum(rng.gamma(1.1, 220, n), 29.99).round(2)
    mens = rng.random(n) < 0.55
    visit = rng.random(n) < np.where(arm == 2, 0.10, 0.17)
    conversion = visit & (rng.random(n) < 0.15)
    spend = np.where(conversion, np.maximum(rng.gamma(1.5, 75, n), 5).round(2), 0.0)
    bounds = [0, 100, 200, 350, 500, 750, 1000, np.inf]
    labels = ["$0 - $100", "$100 - $200", "$200 - $350", "$350 - $500", "$500 - $750"]
    labels = [
        f"{i}) {label}"
        for i, label in enumerate([*labels, "$750 - $1,000", "$1,000 +"], start=1)
    ]
    pd.DataFrame(
        {
            "recency": rng.integers(1, 13, n),
            "history_segment": pd.cut(history, bounds, labels=labels),
            "history": history,
            "mens": mens.astype(int),
            "womens": (~mens | (rng.random(n) < 0.1)).astype(int),
            "zip_code": rng.choice(["Urban", "Surburban", "Rural"], n),
            "newbie": rng.integers(0, 2, n),
            "channel": rng.choice(["Web", "Phone", "Multichannel"], n),
            "segment": np.array(arms)[arm],
            "visit": visit.astype(int),
            "conversion": conversion.astype(int),
            "spend": spend,
        }
    ).to_csv(folder / "hillstrom.csv", index=False)


def x5(rng: np.random.Generator, folder: Path) -> None:
    """Write purchases, clients, products and a treatment flag, as X5 and Lenta do.

    Oddities: ids are words of ten hexadecimal digits, a purchase repeats its sum on
    each of its lines, weighed goods have a fractional quantity, and ages are at times
    wrong.
    """
    shop = Shop(600, 200, 150, visit_rates=(0.06, 0.12, 0.25))
    treated = rng.permutation(shop.n_customers) % 2
    lift = shop.unchanged()
    lift[treated == 1, 150:178] *= 1.4
    lines = shop.draw(rng, lift)
    clients, products, visits = (
        np.array([f"{x:010x}" for x in rng.choice(16**10, size, replace=False)])
        for size in (shop.n_customers, shop.n_products, lines.visit.max() + 1)
    )
    price = rng.integers(25, 900, shop.n_products)
    weighed = np.arange(shop.n_products) % 6 == 0
    quantity = np.where(
        weighed[lines["product"]],
        rng.integers(100, 2500, len(lines)) / 1000,
        lines.units,
    )
    amount = np.floor(quantity * price[lines["product"]])
    seconds = pd.to_timedelta(rng.integers(28_800, 79_200, len(visits)), unit="s")
    table = pd.DataFrame(
        {
            "client_id": clients[lines.customer],
            "transaction_id": visits[lines.visit],
            "transaction_datetime": pd.Timestamp("2018-11-21")
            + pd.to_timedelta(lines.day, unit="D")
            + seconds[lines.visit],
            "purchase_sum": 0.0,
            "store_id": np.array([f"{11 * i:010x}" for i in range(8)])[
                lines.customer % 8
            ],
            "product_id": products[lines["product"]],
            "product_quantity": quantity,
            "trn_sum_from_iss": amount,
        }
    )
    table["purchase_sum"] = table.groupby("transaction_id").trn_sum_from_iss.transform(
        "sum"
    )
    table.to_csv(folder / "purchases.csv", index=False)
    pd.DataFrame(
        {
            "client_id": clients,
            "first_issue_date": "2018-06-01 10:00:00",
            "age": np.where(
                rng.random(len(clients)) < 0.01, -50, rng.integers(18, 85, 600)
            ),
            "gender": rng.choice(["F", "M", "U"], len(clients)),
        }
    ).to_csv(folder / "clients.csv", index=False)
    pd.DataFrame(
        {
            "product_id": products,
            "level_1": [f"{i % 3:010x}" for i in range(150)],
            "level_2": [f"{i % 11:010x}" for i in range(150)],
            "brand_id": [f"{i % 30:010x}" for i in range(150)],
            "netto": 1.0,
            "is_own_trademark": (np.arange(150) % 5 == 0).astype(int),
        }
    ).to_csv(folder / "products.csv", index=False)
    bought = lines[(lines.day >= 150) & (lines.day < 178)].customer.unique()
    pd.DataFrame(
        {
            "client_id": clients,
            "treatment_flg": treated,
            "target": np.isin(np.arange(shop.n_customers), bought).astype(int),
        }
    ).to_csv(folder / "uplift_train.csv", index=False)


def loyalty_chain(rng: np.random.Generator, folder: Path) -> None:
    """Write till receipts of a chain by month, cards, articles and mailings.

    Oddities: semicolons, decimal commas and days first; receipt numbers restart by
    store, till and day; a quarter of the receipts show no card; cards have leading
    zeros; a cancelled line comes back with negative quantity and amount; lists have a
    control group.
    """
    shop = Shop(500, 240, 90, visit_rates=(0.05, 0.1, 0.2))
    groups = np.array(["Dry food", "Fruit & veg", "Butcher", "Bakery", "Household"])
    lift = shop.unchanged()
    is_control = rng.random((2, shop.n_customers)) < 0.25
    for starts, held_out in zip((110, 170), is_control, strict=True):
        lift[~held_out, starts : starts + 21] *= 1.3
    lines = shop.draw(rng, lift)
    visits = lines.drop_duplicates("visit").set_index("visit")[["customer", "day"]]
    visits["store"] = visits.customer % 4 + 1
    visits["till"] = rng.integers(1, 3, len(visits))
    visits["receipt"] = visits.groupby(["day", "store", "till"]).cumcount() + 1
    visits["card"] = [f"{9_000_000 + 37 * c:010d}" for c in visits.customer]
    visits.loc[rng.random(len(visits)) < 0.25, "card"] = ""
    price = rng.integers(59, 1900, shop.n_products)
    cents = lines.units * price[lines["product"]]
    discount = np.where(rng.random(len(lines)) < 0.2, cents // 5, 0)
    table = (
        visits.loc[lines.visit]
        .reset_index(drop=True)
        .assign(
            date=pd.Timestamp("2024-02-05") + pd.to_timedelta(lines.day, unit="D"),
            article=(4000 + lines["product"]).astype(str).str.zfill(6),
            quantity=lines.units,
            amount=cents - discount,
            discount=discount,
        )
    )
    cancelled = table.sample(frac=0.01, random_state=3)
    cancelled = cancelled.assign(
        quantity=-cancelled.quantity,
        amount=-cancelled.amount,
        discount=-cancelled.discount,
    )
    table = pd.concat([table, cancelled]).sort_index(kind="stable")
    (folder / "receipts").mkdir(exist_ok=True)
    for month, part in table.groupby(table.date.dt.strftime("%Y-%m")):
        _till_form(part).to_csv(
            folder / "receipts" / f"receipts_{month}.csv", sep=";", index=False
        )
    pd.DataFrame(
        {
            "article": [f"{4000 + i:06d}" for i in range(90)],
            "text": [f"Article {i}" for i in range(90)],
            "goods_group": groups[np.arange(90) % 5],
            "own_label": np.where(np.arange(90) % 4 == 0, "Y", "N"),
        }
    ).to_csv(folder / "articles.csv", sep=";", index=False)
    pd.DataFrame(
        {
            "mailing": ["SPRING-24", "SUMMER-24"],
            "sent": ["25.05.2024", "24.07.2024"],
            "valid_until": ["14.06.2024", "13.08.2024"],
        }
    ).to_csv(folder / "mailings.csv", sep=";", index=False)
    cards = [f"{9_000_000 + 37 * c:010d}" for c in range(shop.n_customers)]
    pd.concat(
        pd.DataFrame(
            {"mailing": name, "card_no": cards, "grp": np.where(held_out, "KG", "ZG")}
        )
        for name, held_out in zip(("SPRING-24", "SUMMER-24"), is_control, strict=True)
    ).to_csv(folder / "mailing_lists.csv", sep=";", index=False)


def _till_form(part: pd.DataFrame) -> pd.DataFrame:
    """Return receipts as tills of a chain export them."""

    def comma(cents: pd.Series) -> pd.Series:
        return (cents / 100).map("{:.2f}".format).str.replace(".", ",")

    return pd.DataFrame(
        {
            "store_no": part.store,
            "till_no": part.till,
            "receipt_no": part.receipt,
            "date": part.date.dt.strftime("%d.%m.%Y"),
            "card_no": part.card,
            "article": part.article,
            "quantity": part.quantity,
            "amount": comma(part.amount),
            "discount": comma(part.discount),
        }
    )


LAYOUTS: MappingProxyType[str, Callable[[np.random.Generator, Path], None]] = (
    MappingProxyType(
        {
            "online_retail": online_retail,
            "cdnow": cdnow,
            "hillstrom": hillstrom,
            "x5": x5,
            "loyalty_chain": loyalty_chain,
        }
    )
)


def write_layout(name: str, folder: Path, seed: int = SEED) -> None:
    """Write the raw files of a layout.

    Parameters
    ----------
    name
        One of `LAYOUTS`.
    folder
        A new or an empty folder.
    seed
        Seed of every random number.

    Raises
    ------
    FileExistsError
        If the folder holds anything.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty, expected a new or empty folder")
    LAYOUTS[name](np.random.default_rng(seed), folder)
