# Every target works on Debian 12 with git, make, python3 (3.11 or later) and python3-venv.
# 每个目标只需 Debian 12 自带的 git、make、python3 与 python3-venv。

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/installed
ASSETS ?= 20000
SEED ?= 2026
PORT ?= 8000
SUITES ?=

.DEFAULT_GOAL := help
.PHONY: help install demo clean-demo test test-slow lint bench pictures

help: ## 列出目标 · list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## 建立 .venv 与全部依赖 · make .venv with everything

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo '需要 Python 3.11 或更高版本 · Python 3.11 or later is needed'; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	@touch $(STAMP)

demo: $(STAMP) ## 演示城市，Ctrl-C 停止 · the demo city, Ctrl-C stops (ASSETS, SEED, PORT)
	@sh .ci/packages libzbar0 fonts-wqy-microhei
	@exec $(BIN)/taizhang demo --assets $(ASSETS) --seed $(SEED) --port $(PORT)

clean-demo: $(STAMP) ## 删除演示数据 · remove the demo's data
	@$(BIN)/taizhang demo --remove

lint: $(STAMP) ## 规范与类型检查 · ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: $(STAMP) ## 检查与测试 · lint, types and tests
	@sh .ci/packages libzbar0 fonts-wqy-microhei chromium hledger beancount poppler-utils
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -m 'not slow'

test-slow: $(STAMP) ## 慢测试：断电、大数据 · the slow tests: kills, large data
	@sh .ci/packages libzbar0 fonts-wqy-microhei chromium hledger beancount poppler-utils
	@$(BIN)/python -m pytest -m slow

bench: $(STAMP) ## 速度与内存 · speed and memory beside peers (SUITES="append pages")
	@$(BIN)/python -m bench $(SUITES)

pictures: $(STAMP) ## 重拍文档插图 · take the pictures of the guides anew
	@sh .ci/packages chromium
	@TAIZHANG_WRITE_IMAGES=1 $(BIN)/python -m pytest tests/web/test_pictures.py
