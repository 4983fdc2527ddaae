"""Files for people and for other programs, each made of answers to the registered questions."""

from api.exports.export import Export as Export
from api.exports.export import ExportedFile as ExportedFile
from api.exports.export import Source as Source
from api.exports.export import read_export_params as read_export_params
from api.exports.registry import EXPORTS as EXPORTS
from api.exports.sources import open_source as open_source
