"""`/api/v1/months`: the month's end of many units as a job that goes on after its request."""

from __future__ import annotations

import re
import threading
import uuid
from collections import OrderedDict
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from api import months
from api.auth.guards import Call, house_of
from api.auth.identity import Principal
from api.auth.powers import CREATE, EXECUTE, Thing, guard
from api.house import House
from api.months import Outcome
from api.problems import Problem, parameter_problem

PREFIX: Final = "/api/v1/months"
KEPT: Final = 50
"""Jobs that are remembered; what they recorded stands in the log for good."""

_PERIOD: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Job(msgspec.Struct, kw_only=True):
    """A month's end over many units, as far as it has come."""

    job_id: str
    step: str
    period: str
    person_id: str
    total: int
    running: bool = True
    stopped_by: str | None = None
    outcomes: list[Outcome] = []

    def told(self) -> dict[str, Any]:
        """The job as its readers see it."""
        outcomes = list(self.outcomes)
        return {
            "job_id": self.job_id, "step": self.step, "period": self.period,
            "running": self.running, "total": self.total, "done": len(outcomes),
            "failed": sum(1 for one in outcomes if one.failed), "stopped_by": self.stopped_by,
            "units": msgspec.to_builtins(outcomes),
        }  # fmt: skip


_jobs: Final[OrderedDict[str, Job]] = OrderedDict()
_lock: Final = threading.Lock()


@post(f"{PREFIX}/{{period:str}}/depreciate", opt=guard(Thing.VOUCHER, CREATE),
      sync_to_thread=True, status_code=202)  # fmt: skip
def api_depreciate(request: Call, period: FromPath[str]) -> Response[bytes]:
    """Run a month's depreciation of `unit` (an id or `all`); answers with the job."""
    return _begin(request, months.DEPRECIATE, period)


@post(f"{PREFIX}/{{period:str}}/close", opt=guard(Thing.VOUCHER, EXECUTE),
      sync_to_thread=True, status_code=202)  # fmt: skip
def api_close(request: Call, period: FromPath[str]) -> Response[bytes]:
    """Close a month of `unit` (an id or `all`), December with its year; answers with the job."""
    return _begin(request, months.CLOSE, period)


@get(f"{PREFIX}/jobs/{{job_id:str}}", opt=guard(Thing.VOUCHER), sync_to_thread=True)
def api_job(request: Call, job_id: FromPath[str]) -> Response[bytes]:
    """How far a job has come, unit by unit; for the one who began it."""
    _house, principal = _caller(request)
    with _lock:
        job = _jobs.get(job_id)
    if job is None or job.person_id != principal.person_id:
        raise Problem("E_NOT_FOUND")
    return _answer(job, 200)


def _begin(request: Call, step: str, period: str) -> Response[bytes]:
    house, principal = _caller(request)
    if not _PERIOD.fullmatch(period):
        raise parameter_problem("period", "期间须写作 2026-03。", "A period is written 2026-03.")
    unit = request.query_params.get("unit", months.ALL)
    reason = request.query_params.get("reason") or None
    units = months.units_of(house, principal, unit, step)
    job = Job(
        job_id=str(uuid.uuid4()), step=step, period=period, person_id=principal.person_id,
        total=len(units),
    )  # fmt: skip
    with _lock:
        _jobs[job.job_id] = job
        while len(_jobs) > KEPT:
            _jobs.popitem(last=False)
    work = (house, principal, job, units, reason)
    threading.Thread(target=_work, args=work, name=f"month-{job.job_id}", daemon=True).start()
    return _answer(job, 202)


def _work(
    house: House, principal: Principal, job: Job, units: list[str], reason: str | None
) -> None:
    """Take the step for every unit; a job that is cut short is simply begun again."""
    try:
        for outcome in months.month_ends(
            house, principal, job.step, job.period, units, reason=reason
        ):
            job.outcomes.append(outcome)
    except Exception as error:
        job.stopped_by = f"{type(error).__name__}: {error}"
        raise
    finally:
        job.running = False


def _caller(request: Call) -> tuple[House, Principal]:
    assert request.user is not None, "the guard lets nobody pass without a principal"
    return house_of(request), request.user


def _answer(job: Job, status: int) -> Response[bytes]:
    return Response(
        msgspec.json.encode(job.told()), media_type="application/json", status_code=status
    )


MONTHS: Final = [api_depreciate, api_close, api_job]
