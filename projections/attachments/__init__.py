"""Attachments (附件): which event names which file."""

from projections.attachments import queries as queries
from projections.attachments.fold import Attachments as Attachments
