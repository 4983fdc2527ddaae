"""The sentences of click in Chinese; it asks the module-level name `_` for each of them."""

from __future__ import annotations

from typing import Final

import click.core
import click.decorators
import click.exceptions
import click.parser
import click.termui
import click.types
import rich_click
import rich_click.decorators

_CHINESE: Final = {
    "Show this message and exit.": "显示本说明后退出。",
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Aborted!": "已中止。",
    "Missing command.": "缺少命令。",
    "Error: {message}": "错误：{message}",
    "Try '{command} {option}' for help.": "用法说明：{command} {option}",
    "Invalid value: {message}": "取值有误：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 取值有误：{message}",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing {param_type}": "缺少{param_type}",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "No such option {name!r}.": "没有选项 {name}。",
    "No such command {name!r}.": "没有命令 {name}。",
    "unknown error": "未知错误",
    "Could not open file {filename!r}: {message}": "无法打开文件 {filename}：{message}",
    "Argument {name!r} takes {nargs} values.": "参数 {name} 须有 {nargs} 个值。",
    "Option {name!r} does not take a value.": "选项 {name} 不带值。",
    "Repeat for confirmation": "再输一次确认",
    "Error: The two entered values do not match.": "两次输入不一致。",
    "Error: invalid input": "输入有误",
    "Choose from:\n\t{choices}": "可选：\n\t{choices}",
    "{value!r} is not a valid {number_type}.": "{value} 不是整数。",
    "{value} is not in the range {range}.": "{value} 不在 {range} 的范围内。",
    "file": "文件",
    "directory": "目录",
    "path": "路径",
    "{name} {filename!r} does not exist.": "{name} {filename} 不存在。",
    "{name} {filename!r} is a file.": "{name} {filename} 是文件。",
    "{name} {filename!r} is a directory.": "{name} {filename} 是目录。",
    "{name} {filename!r} is not readable.": "{name} {filename} 不可读。",
    "{name} {filename!r} is not writable.": "{name} {filename} 不可写。",
    "{value!r} is not {choice}.": "{value} 只能是 {choice}。",
    "{value!r} is not one of {choices}.": "{value} 不在可选值 {choices} 之中。",
    "Option {name!r} requires an argument.": "选项 {name} 须带值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name} 须带 {nargs} 个值。",
    "Got unexpected extra argument ({args})": "多出的参数（{args}）",
    "Got unexpected extra arguments ({args})": "多出的参数（{args}）",
    "Did you mean {possibility}?": "是否要用 {possibility}？",
    "(Possible options: {possibilities})": "（相近的选项：{possibilities}）",
    "(Did you mean one of: {possibilities}?)": "（相近的命令：{possibilities}）",
    "Takes {nargs} values but 1 was given.": "须有 {nargs} 个值，只给了 1 个。",
    "Takes {nargs} values but {len} were given.": "须有 {nargs} 个值，给了 {len} 个。",
    "{value!r} does not match the format {format}.": "{value} 不符合格式 {format}。",
    "{value!r} does not match the formats {formats}.": "{value} 不符合格式 {formats}。",
}


def speak_chinese() -> None:
    """Give click and its panels Chinese words for the rest of the process."""
    parts = (
        click.core, click.decorators, click.exceptions, click.parser, click.termui, click.types,
    )  # fmt: skip
    for part in parts:
        vars(part)["_"] = _word
        vars(part)["ngettext"] = _word_of
    vars(rich_click.decorators)["gettext"] = _word
    panels = rich_click.rich_click
    panels.ARGUMENTS_PANEL_TITLE, panels.OPTIONS_PANEL_TITLE = "参数", "选项"
    panels.COMMANDS_PANEL_TITLE, panels.ERRORS_PANEL_TITLE = "命令", "错误"
    panels.DEFAULT_STRING, panels.REQUIRED_LONG_STRING = "[默认：{}]", "[必填]"
    # Its own suggestion is English; the help of each command is one `-h` away.
    panels.ERRORS_SUGGESTION = "用法说明：-h"
    panels.ENVVAR_STRING = "[环境变量：{}]"


def _word(english: str) -> str:
    return _CHINESE.get(english, english)


def _word_of(one: str, many: str, number: int) -> str:
    english = one if number == 1 else many
    return _CHINESE.get(english, english)
