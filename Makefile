# `make` lists the targets. Recipes call only Python, so that they also work on Windows.
ifeq ($(OS),Windows_NT)
  PYTHON ?= python
  VENV := .venv/Scripts/python
  SEPARATOR := ;
else
  PYTHON ?= python3
  VENV := .venv/bin/python
  SEPARATOR := :
endif

.PHONY: help setup setup-site setup-test lab site test lint unit notebooks browser bench outputs strip handout answers solved upgrade address clean

help:
	@$(PYTHON) -c "import re; [print(f'{t:10} {d}') for t, d in re.findall(r'^(\w+):.*?## (.*)', open('Makefile').read(), re.M)]"

setup:  ## make .venv and install the course (does nothing when nothing changed)
	@$(PYTHON) tools/setup.py

setup-site:
	@$(PYTHON) tools/setup.py --site

setup-test:
	@$(PYTHON) tools/setup.py --test

# --allow-root: in a container the learner is often root, and Jupyter would refuse to start.
lab: setup  ## open JupyterLab on the lessons
	@$(VENV) -m jupyterlab --allow-root notebooks

site: setup-site  ## build the live page in site/
	@$(VENV) web/make_site.py

# Kernels, browser and tests share the cores; with several threads each, torch's would wait for one another.
site unit notebooks browser bench outputs handout answers solved: export OMP_NUM_THREADS := 1

# Two files at a time, each from its first test to its last in one process.
PAIRS := -n 2 --dist loadfile

test: lint unit notebooks solved browser  ## run every check: lint, unit, notebooks, solved exercises, site, browser

lint: setup-test  ## check the style of modules and notebooks
	@$(VENV) -m ruff check
	@$(VENV) -m ruff format --check

unit: setup-test  ## test the package, the tools and the rules of the repository
	@$(VENV) -m pytest $(PAIRS) tests --ignore tests/browser

notebooks: setup-test  ## run every notebook and compare its stored outputs
	@$(VENV) -m pytest $(PAIRS) --nbval-lax notebooks

browser: setup-test site  ## build the live page, and move every slider in a real browser
	@$(VENV) -m pytest -n 2 --dist loadgroup --durations 12 tests/browser

# Memory that was freed stays with the benchmark: else it is a matter of luck which of two ways has to ask the
# system for new memory, and that can cost more than the way itself. (Read by glibc; others ignore it.)
bench: export MALLOC_MMAP_THRESHOLD_ := 33554432
bench: export MALLOC_TRIM_THRESHOLD_ := 4294967296
# The benchmark uses the tests' JupyterLab and hands, and their chosen uniforms.
bench: export PYTHONPATH := tools$(SEPARATOR)tests$(SEPARATOR)tests/browser
bench: setup-test site  ## measure figures, lessons, pages and Gumbel noise, and write the tables
	@$(VENV) benchmarks/run.py

outputs: setup-test  ## run the notebooks and store the outputs that the text relies on
	@$(VENV) tools/outputs.py

strip: setup-test  ## take out of the notebooks what JupyterLab stored: pictures and the state of widgets
	@$(VENV) tools/outputs.py --strip

handout: setup-test  ## write the lessons without hints and solutions into handout/, and run them
	@$(VENV) tools/editions.py handout
	@$(VENV) -m pytest $(PAIRS) --nbval-lax handout

solved: setup-test  ## run the first cell and the solved exercises of every lesson
	@$(VENV) tools/editions.py solved
	@$(VENV) -m pytest $(PAIRS) --nbval-lax solved

answers: setup-test  ## write the lessons with every exercise solved into answers/, and run them
	@$(VENV) tools/editions.py answers
	@$(VENV) -m pytest $(PAIRS) --nbval-lax answers

upgrade: setup-test  ## raise every pin to the newest version in its range, then test
	@$(VENV) tools/pins.py
	@$(MAKE) test

address:  ## rewrite every copy of the repository's address: make address URL=https://github.com/...
	@$(PYTHON) tools/address.py "$(URL)"

clean:  ## remove everything that git ignores (.venv, caches, screenshots)
	@git clean -fdX
