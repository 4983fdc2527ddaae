"""Label sheets: which labels a list of things needs, and the files they are printed from."""

from __future__ import annotations

from typing import Any, Final, Literal

from api.directory.people import names_of
from api.house import House
from api.labelling.keys import keyring_of, problem_of
from api.problems import Problem
from scanners import payload
from scanners.fonts import find_fonts
from scanners.labels import Label, label_png, label_svg, labels_pdf
from scanners.notices import ScanError

Kind = Literal["png", "svg"]
MEDIA_TYPES: Final = {"png": "image/png", "svg": "image/svg+xml"}


def labels_of(house: House, things: list[dict[str, Any]], *, outdoor: bool = False) -> list[Label]:
    """One label for each thing that has a number; classified things show neither name nor model."""
    keyring = keyring_of(house.settings)
    names = names_of(house.pool, [thing["keeper"] or "" for thing in things])
    try:
        return [
            Label(
                unit_name=house.units.name(thing["unit_id"]),
                asset_name="" if thing["classified"] else thing["name"],
                display_no=thing["card_no"], label_no=thing["label_no"],
                qr_text=payload.format(thing["label_no"], keyring, house.settings.base_url),
                model="" if thing["classified"] else _model(thing),
                dept_keeper="/".join(_kept_by(thing, names)),
                in_service_on=thing["in_service_on"], outdoor=outdoor,
            )
            for thing in things
            if thing["label_no"]
        ]  # fmt: skip
    except ScanError as error:
        raise problem_of(error) from error


def sheet_pdf(labels: list[Label], size: str, used_up: int) -> bytes:
    """The labels as PDF; raises Problem for an unknown size or a missing font."""
    try:
        return labels_pdf(labels, size, used_up=used_up)
    except ScanError as error:
        raise problem_of(error) from error


def single(label: Label, size: str, kind: Kind) -> bytes:
    """One label as an image."""
    try:
        return label_png(label, size) if kind == "png" else label_svg(label, size)
    except ScanError as error:
        raise problem_of(error) from error


def check_printable(house: House) -> None:
    """Raise Problem before anything is recorded when this server could not print at all."""
    keyring_of(house.settings)
    try:
        find_fonts()
    except ScanError as error:
        raise problem_of(error, status=503) from error


def check_used_up(text: str) -> int:
    """How many places of the first sheet are empty already, 0 to 39."""
    if not (text.isascii() and text.isdigit() and int(text[:4]) < 40):
        raise Problem(
            "E_LABEL_PLACES", "已用格数须在 0 到 39 之间。",
            "Places used up: a number from 0 to 39.", status=400,
        )  # fmt: skip
    return int(text)


def _model(thing: dict[str, Any]) -> str:
    return " ".join(filter(None, (thing["brand"], thing["model"])))


def _kept_by(thing: dict[str, Any], names: dict[str, str]) -> list[str]:
    keeper = names.get(thing["keeper"] or "", "")
    return [part for part in (thing["use_dept"], keeper) if part]
