"""The insured's age is within the product's limits, and the policy states it right.

Passes when the full years on the application date lie within the product's limits, both included. Fails
outside them. Review when the list has no such product, or when the age that the policy prints differs by more
than the one year that another way of reckoning (nearest birthday) makes. Not applicable when the product's
limits are not known.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context, Product, need
from verifier.model import Item, Reason
from verifier.values.names import compare_products


class Params(CheckParams):
    printed_age: str = ""


def check(case: Case, params: Params, context: Context) -> Result:
    product = _product(case, need(context.references.products, "products.csv"))
    if product is None or (product.min_age is None and product.max_age is None):
        return not_applicable("产品清单中没有该产品的投保年龄限制", "The product list gives no ages for this product")
    age = case.fact("insured.age")
    years = age.as_int()
    low, high = product.min_age or 0, product.max_age if product.max_age is not None else 200
    used = {"min_age": str(low), "max_age": str(high)}
    if not low <= years <= high:
        zh = f"被保险人投保时{years}周岁，超出产品规定的{low}至{high}周岁"
        items = [
            bad(zh, f"The insured is {years}, the product admits {low} to {high}", age.evidence, None, age.confidence)
        ]
    else:
        zh = f"被保险人投保时{years}周岁，在产品规定的{low}至{high}周岁内"
        items = [good(zh, f"The insured is {years}, within {low} to {high}", age.evidence, None, age.confidence)]
    items.extend(_printed(case, params, years))
    return from_items(items, items[0].detail.zh, items[0].detail.en, parameters=used)


def _product(case: Case, listed: tuple[Product, ...]) -> Product | None:
    name, code = case.fact("product.name"), case.maybe("product.code")
    if code is not None:
        found = next((one for one in listed if one.code and one.code == code.value), None)
        if found is not None:
            return found
    return next((one for one in listed if compare_products(one.name, name.value).agrees), None)


def _printed(case: Case, params: Params, years: int) -> list[Item]:
    printed = case.maybe(params.printed_age) if params.printed_age else None
    if printed is None or abs(printed.as_int() - years) <= 1:
        return []
    zh = f"保险单投保年龄{printed.value}与按证件计算的{years}周岁不一致"
    return [
        doubt(
            Reason.CONFLICTING_VALUES,
            zh,
            f"The policy prints age {printed.value}; by the ID it is {years}",
            printed.evidence,
        )
    ]
