"""What the event store may answer instead of a receipt.

EventStoreError
 +-- Refusal                 the append was checked and nothing was written
 |    +-- Conflict           a stream has moved on since the decision read it
 |    +-- ReadSetChanged     a stream that the decision relied on has moved on
 |    +-- Claimed            a number that must be unique is taken
 |    +-- CommandReused      the command id belongs to another request
 |    +-- RequestInvalid     the request cannot be recorded as it stands
 +-- LogUnavailable          no answer from the database within the patience given
 +-- LogFailed               the database refused the append for a reason of its own
 +-- MigrationChanged        a migration that was applied has other content now
 +-- ServerFailed            the embedded Postgres cannot be started
 +-- BodyUnreadable          a stored body fits no known form of its event
"""

# ruff: noqa: N818 - a refusal is named for what it says

from __future__ import annotations


class EventStoreError(Exception):
    """An error with a stable code and its text in both languages, what to do included."""

    code = "E_EVENT_STORE"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{self.code}: {en}")
        self.zh = zh
        self.en = en


class Refusal(EventStoreError):
    """The append was checked under the lock and nothing of it was written."""

    code = "E_REFUSED"


class Conflict(Refusal):
    """`stream` stands at version `actual`, the decision had read `expected`."""

    code = "E_CONCURRENCY"

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(
            f"{stream} 已有新的变动（读取时第 {expected} 版，现为第 {actual} 版）。"
            "请刷新后重新提交。",
            f"{stream} has changed since it was read (version {expected}, now {actual}). "
            "Reload it and submit again.",
        )
        self.stream = stream
        self.expected = expected
        self.actual = actual


class ReadSetChanged(Refusal):
    """`stream`, on which the decision relied, moved from version `expected` to `actual`."""

    code = "E_READ_SET_CHANGED"

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(
            f"判断所依据的 {stream} 已变动（第 {expected} 版变为第 {actual} 版）。请重新提交。",
            f"{stream}, on which the decision relied, has changed "
            f"(version {expected}, now {actual}). Submit again.",
        )
        self.stream = stream
        self.expected = expected
        self.actual = actual


class Claimed(Refusal):
    """The number `key` of `kind` is held by the stream `holder` already."""

    code = "E_CLAIMED"

    def __init__(self, kind: str, key: str, holder: str) -> None:
        super().__init__(
            f"编号 {key}（{kind}）已被 {holder} 占用。请换一个编号。",
            f"The number {key} ({kind}) is taken by {holder}. Use another one.",
        )
        self.kind = kind
        self.key = key
        self.holder = holder


class CommandReused(Refusal):
    """The command id has been used for a request with another content."""

    code = "E_COMMAND_REUSED"

    def __init__(self, command_id: str) -> None:
        super().__init__(
            f"命令编号 {command_id} 已用于另一项内容不同的请求。请使用新的编号。",
            f"The command id {command_id} was used for a request with another content. "
            "Use a new id.",
        )
        self.command_id = command_id


class RequestInvalid(Refusal):
    """The request cannot be recorded: `field` says where, `reason` why."""

    code = "E_APPEND_INVALID"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(
            f"写入请求的 {field} 无效：{reason}。请更正后重新提交。",
            f"{field} of the append is not valid: {reason}. Correct it and submit again.",
        )
        self.field = field


class LogUnavailable(EventStoreError):
    """No answer from the database; repeating under the same command id is always safe."""

    code = "E_LOG_UNAVAILABLE"

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"数据库暂时没有应答（{cause}）。请用同一命令编号再次提交，不会重复记账。",
            f"The database gives no answer ({cause}). Submit again under the same command id; "
            "nothing is recorded twice.",
        )


class LogFailed(EventStoreError):
    """The database refused the statement; nothing was written."""

    code = "E_LOG_FAILED"

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"数据库拒绝写入：{cause}。请联系系统管理员。",
            f"The database refused to write: {cause}. Ask the operator.",
        )


class MigrationChanged(EventStoreError):
    """The file of an applied migration has other content, or is missing."""

    code = "E_MIGRATION_CHANGED"

    def __init__(self, area: str, name: str) -> None:
        super().__init__(
            f"已执行的升级脚本 {area}/{name} 被改动或缺失。请恢复原文件，另加新脚本。",
            f"The applied migration {area}/{name} was changed or is missing. "
            "Restore the file and add a new one instead.",
        )
        self.area = area
        self.name = name


class ServerFailed(EventStoreError):
    """The embedded Postgres cannot run in `place`."""

    code = "E_EMBEDDED_SERVER"

    def __init__(self, place: str, cause: str) -> None:
        super().__init__(
            f"内置数据库无法在 {place} 运行：{cause}。请用 --data 另选目录，"
            "或用 DATABASE_URL 指定数据库。",
            f"The embedded database cannot run in {place}: {cause}. "
            "Choose another directory with --data, or name a database in DATABASE_URL.",
        )
        self.place = place


class BodyUnreadable(EventStoreError):
    """The stored body of `event` at `position` fits no form that this version knows."""

    code = "E_BODY_UNREADABLE"

    def __init__(self, position: int, event: str, cause: str) -> None:
        super().__init__(
            f"位置 {position} 的事件 {event} 无法读取：{cause}。请升级程序或运行 verify 核对。",
            f"The event {event} at position {position} cannot be read: {cause}. "
            "Upgrade the program, or check the log with verify.",
        )
        self.position = position
