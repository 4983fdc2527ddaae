"""Reads the batch files that guns dump: one code a line, often with a time, in any order."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from scanners.notices import Notice, ScanError
from scanners.payload import TEXT_LENGTH_MAX, Parsed, parse

BYTES_MAX = 10_000_000
LINES_MAX = 100_000
SHANGHAI = ZoneInfo("Asia/Shanghai")

_CELLS = re.compile(r"[,;\t|]|\s{2,}")
_HEADING = re.compile(r"条码|条形码|二维码|标签|编号|时间|日期|数量|code|label|time|date|qty", re.I)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$")
_PACKED = re.compile(r"(20\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$")
_PACKED_CLOCK = re.compile(r"(\d{2})(\d{2})(\d{2})$")
_COUNT = re.compile(r"\d{1,4}$")


class GunLine(msgspec.Struct, frozen=True):
    """One line of a batch file; `time` is the gun's own clock in UTC, `error` why to look at it."""

    text: str
    time: datetime | None
    line_no: int
    error: Notice | None


BAD_TIME = Notice(
    "E_GUN_TIME",
    "扫描时间不是有效的日期时间，请核对扫描枪的时钟设置；标签号已保留。",
    "The scan time is no valid date and time: check the gun's clock. The label was kept.",
)


def read_gun_file(content: bytes, *, zone: ZoneInfo = SHANGHAI) -> list[GunLine]:
    """Return the scans of a `.txt` or `.csv` dump in order; `zone` is where the gun's clock is set.

    A line that is no label stays in the list with its error, so that nothing is lost silently.
    """
    if len(content) > BYTES_MAX:
        raise ScanError(_TOO_LARGE)
    lines = _text(content).splitlines()
    if len(lines) > LINES_MAX:
        raise ScanError(_TOO_LARGE)
    found: list[GunLine] = []
    for line_no, line in enumerate(lines, start=1):
        if not line.strip() or (not found and _is_heading(line)):
            continue
        found.append(_read_line(line, line_no, zone))
    return found


def _text(content: bytes) -> str:
    """Decode a dump: marked UTF-16, UTF-8 with or without a mark, else GB 18030."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ScanError(_BAD_ENCODING)


def _is_heading(line: str) -> bool:
    return bool(_HEADING.search(line)) and not any(
        isinstance(parse(cell), Parsed) for cell in _split(line)
    )


def _read_line(line: str, line_no: int, zone: ZoneInfo) -> GunLine:
    cells = _split(line)
    code = next((cell for cell in cells if isinstance(parse(cell), Parsed)), None)
    rest = [cell for cell in cells if cell != code]
    time, time_error = _time([part for cell in rest for part in cell.split()], zone)
    text = code or next((cell for cell in rest if not _is_side(cell)), "") or line.strip()
    text = text[:TEXT_LENGTH_MAX]
    label = parse(text)
    return GunLine(text, time, line_no, label if isinstance(label, Notice) else time_error)


def _split(line: str) -> list[str]:
    """Split a line into cells; a code that stands alone on its line is one cell, blanks and all."""
    if isinstance(parse(line), Parsed):
        return [line.strip()]
    cells = [cell.strip(" \"'\0") for cell in _CELLS.split(line)]
    cells = [cell for cell in cells if cell]
    # "CODE 2026-10-01 08:30:00" with single blanks
    if cells and " " in cells[0] and not isinstance(parse(cells[0]), Parsed):
        cells[:1] = cells[0].split()
    return cells


def _is_side(cell: str) -> bool:
    """Tell whether a cell is a time or a quantity, not a code."""
    parts = cell.split()
    return all(_DAY.match(p) or _CLOCK.match(p) or _PACKED.match(p) for p in parts) or bool(
        _COUNT.match(cell)
    )


def _time(parts: list[str], zone: ZoneInfo) -> tuple[datetime | None, Notice | None]:
    """Put day and clock together from the cells beside the code."""
    parts = [half for part in parts for half in re.split(r"(?<=\d)T(?=\d)", part)]
    packed = _first(_PACKED, parts)
    day = _first(_DAY, parts) or (packed[:3] if packed else None)
    clock = _first(_CLOCK, parts) or (packed[3:] if packed and packed[3] else None)
    if clock is None and packed:
        clock = _first(_PACKED_CLOCK, parts)
    if day is None:
        return None, None
    year, month, date = map(int, day)
    hour, minute, second = (int(part or 0) for part in clock or ("0", "0", "0"))
    try:
        local = datetime(year, month, date, hour, minute, second, tzinfo=zone)
        return local.astimezone(UTC), None
    except (ValueError, OverflowError):
        return None, BAD_TIME


def _first(pattern: re.Pattern[str], parts: list[str]) -> tuple[str, ...] | None:
    return next((match.groups() for part in parts if (match := pattern.match(part))), None)


_TOO_LARGE = Notice(
    "E_GUN_FILE_SIZE",
    f"文件超过 {BYTES_MAX // 1_000_000} MB 或 {LINES_MAX} 行，请分成几个文件。",
    f"The file has more than {BYTES_MAX // 1_000_000} MB or {LINES_MAX} lines: split it.",
)
_BAD_ENCODING = Notice(
    "E_GUN_FILE_ENCODING",
    "文件编码无法识别，请另存为 UTF-8 或 GBK 文本后再传。",
    "The file's encoding is unknown: save it as UTF-8 or GBK text and send it again.",
)
