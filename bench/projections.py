"""Folding from zero: all our read models against the library's runner on the smallest."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking, TrackingRecorder
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner

from bench.city import a_city
from bench.results import Row
from eventstore.migrate import create_database

ASSETS = 20_000
DAYS = 3_000


class Day(Aggregate):
    """The library's form of a passed day, the smallest fact that we fold."""

    @event("Passed")
    def pass_(self, day: int) -> None:
        self.day = day


class Days(TrackingRecorder):
    """What the smallest read model keeps."""

    def put(self, day: int, tracking: Tracking) -> None:
        """Keep a day."""
        raise NotImplementedError


class PostgresDays(PostgresTrackingRecorder, Days):
    """The same in Postgres, one transaction an event, as the library's guide shows it."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            psycopg.sql.SQL("CREATE TABLE IF NOT EXISTS days (day bigint PRIMARY KEY)")
        )

    def put(self, day: int, tracking: Tracking) -> None:
        """Insert the day and the position in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("INSERT INTO days VALUES (%s) ON CONFLICT DO NOTHING", [day])


class DayProjection(Projection[Days]):
    """Folds days one by one."""

    name = "days"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take one event."""
        if isinstance(domain_event, Day.Passed):
            self.view.put(domain_event.day, tracking)
        else:
            self.view.insert_tracking(tracking)


def _library(admin_url: str) -> float:
    """Return events a second of the library's runner over days."""
    parts = psycopg.conninfo.conninfo_to_dict(admin_url)
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts.get("host", "")),
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": "none",
        "CREATE_TABLE": "yes",
    }
    app: Application[Any] = Application(env=env)
    day = Day()
    for number in range(DAYS):
        day.pass_(number)
        if number % 500 == 499:
            app.save(day)
    head = app.recorder.max_notification_id() or 0
    started = time.perf_counter()
    with ProjectionRunner(
        application_class=Application,
        projection_class=DayProjection,
        view_class=PostgresDays,
        env=env,
    ) as runner:
        runner.wait(head, timeout=300)
        return head / (time.perf_counter() - started)


def run() -> list[Row]:
    """Return both rates, their ratio, and what it costs until pages can be asked for."""
    with a_city(ASSETS) as city:
        events = city.told.position
        mine = events / city.folded_s
        opened, work = events / city.opened_s, events / city.cpu_s
        create_database(city.server.urls("postgres").admin_url, "bench_days")
        theirs = _library(city.server.urls("bench_days").admin_url)
        count = len(city.works.engine.status())
    ratio = mine / theirs
    return [
        Row("projections", f"{count} read models, {ASSETS:,} cards, from zero", mine, "ev/s",
            peer="library's runner, smallest one", ratio=ratio, target=">= 15", met=ratio >= 15),
        Row("projections", "  the same in absolute terms", mine, "ev/s",
            target=">= 15,000", met=mine >= 15_000),
        Row("projections", "  the same with indexes and statistics", opened, "ev/s"),
        Row("projections", "  that by processor time, with Postgres", work, "ev/cpu-s"),
        Row("projections", "  library's runner", theirs, "ev/s"),
    ]  # fmt: skip
