# Two commands: `make demo` makes the demo film, `make test` runs the tests. Both set up what they need.
VENV := .venv
READY := $(VENV)/.ready

.PHONY: demo full test setup

demo: setup
	$(VENV)/bin/lectern --trust build assets/examples/short
	@echo "The film: assets/examples/short/renders/film.mp4"

full: setup
	$(VENV)/bin/lectern --trust build assets/examples/full
	@echo "The film: assets/examples/full/renders/film.mp4"

test: setup
	$(VENV)/bin/python -m pytest

setup: $(READY)
	@sh tools/system_parts.sh

$(READY): pyproject.toml tools/venv.sh
	sh tools/venv.sh $(VENV)
	@touch $(READY)
