# `make demo` makes the demo film, `make test` runs the tests. `make quick` runs those that a developer runs all the time,
# `make thorough` the dear variants that `make test` leaves out, `make soak` kills and changes more, `make lint` looks at the
# code. Each sets up what it needs.
VENV := .venv
READY := $(VENV)/.ready
CORES ?= 2
PYTEST := PYTEST_TIMEOUT=600 $(VENV)/bin/python -m pytest

.PHONY: demo full test quick thorough soak lint setup test-setup

demo: setup
	$(VENV)/bin/lectern --trust build assets/examples/short
	@$(VENV)/bin/lectern verify assets/examples/short || [ $$? = 1 ]  # 1: it has findings, which are shown
	@echo "The film: assets/examples/short/renders/film.mp4"

full: setup
	$(VENV)/bin/lectern --trust build assets/examples/full
	@$(VENV)/bin/lectern verify assets/examples/full || [ $$? = 1 ]  # 1: it has findings, which are shown
	@echo "The film: assets/examples/full/renders/film.mp4"

test: test-setup
	@# One worker more than cores: one films in real time, and mostly waits. What fails beside other tests is tried once more by
	@# itself, since a busy machine can miss a moment of a film; what fails then has failed.
	@$(PYTEST) -n $$(($(CORES) + 1)) -m "not thorough" --durations=25; code=$$?; [ $$code = 1 ] || exit $$code; \
	echo "=== THE TESTS ABOVE FAILED beside others; now each of them once more, by itself ==="; \
	$(PYTEST) -m "not thorough" --last-failed --last-failed-no-failures none

quick: test-setup
	$(PYTEST) -n $(CORES) tests/pipeline -m "not (blender or browser or film or kill or media or workers or thorough)"

thorough: test-setup
	$(PYTEST) -n $(CORES) -m thorough --durations=25

soak: test-setup
	LECTERN_TEST_KILLS=20 LECTERN_TEST_MUTANTS=3000 LECTERN_TEST_JOBS=20000 LECTERN_TEST_SITTINGS=1000 LECTERN_TEST_INTERLEAVINGS=10000 \
	PYTEST_TIMEOUT=14400 $(VENV)/bin/python -m pytest -o faulthandler_timeout=0 -n $(CORES) -m "kill or soak"

lint: setup
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

test-setup: setup
	@sh tools/system_parts.sh tests

setup: $(READY)
	@sh tools/system_parts.sh

$(READY): pyproject.toml tools/venv.sh
	sh tools/venv.sh $(VENV)
	@touch $(READY)
