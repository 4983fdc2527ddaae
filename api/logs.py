"""How the process writes its log: one JSON line an event, never the values of variables."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs() -> None:
    """Log to stderr. Tracebacks carry no local variables: they may hold passwords."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
