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

.PHONY: help setup setup-site setup-test lab site test lint unit notebooks browser quick check bench outputs \
        strip handout answers upgrade address clean

help:
	@$(PYTHON) -c "import re; [print(f'{t:10} {d}') for t, d in re.findall(r'^([\w-]+):.*?## (.*)', open('Makefile').read(), re.M)]"

setup:  ## make .venv and install the course (does nothing when nothing changed)
	@$(PYTHON) tools/setup.py

setup-site:  ## the same, and what makes the live page
	@$(PYTHON) tools/setup.py --site

setup-test:  ## the same, and what the checks need, browsers among it
	@$(PYTHON) tools/setup.py --test

# --allow-root: in a container the learner is often root, and Jupyter would refuse to start.
lab: setup  ## open JupyterLab on the lessons
	@$(VENV) -m jupyterlab --allow-root notebooks

site: setup-site  ## build the live page in site/
	@$(VENV) tools/check.py site

# Kernels, browser and tests share the cores; with several threads each, torch's would wait for one another.
site test lint unit notebooks browser quick check bench outputs handout answers: export OMP_NUM_THREADS := 1

test: setup-test  ## run every check: lint, unit, notebooks, site, browser
	@$(VENV) tools/check.py lint unit notebooks site browser

lint: setup-test  ## check the style of modules and notebooks
unit: setup-test  ## test the package, the tools and the rules of the repository
notebooks: setup-test  ## run every notebook and compare its stored outputs
lint unit notebooks:
	@$(VENV) tools/check.py $@

browser: setup-test  ## build the live page, and move every slider in a real browser
	@$(VENV) tools/check.py site browser

quick: setup-test  ## check in a minute what most changes can break: make quick BASE=main
	@$(VENV) tools/check.py quick $(or $(BASE),HEAD)

check: setup-test  ## check all that is about one lesson: make check ONE=03
	@$(VENV) tools/check.py one "$(ONE)"

# Memory that was freed stays with the benchmark: else it is a matter of luck which of two ways has to ask the
# system for new memory, and that can cost more than the way itself. (Read by glibc; others ignore it.)
bench: export MALLOC_MMAP_THRESHOLD_ := 33554432
bench: export MALLOC_TRIM_THRESHOLD_ := 4294967296
# The benchmark uses the tests' JupyterLab and hands, and their chosen uniforms.
bench: export PYTHONPATH := tools$(SEPARATOR)tests$(SEPARATOR)tests/browser
bench: setup-test site  ## measure figures, lessons, pages and Gumbel noise, and write the tables
	@$(VENV) benchmarks/run.py

outputs: setup-test  ## store the outputs that the text relies on, of all lessons or one: make outputs ONE=03
	@$(VENV) tools/outputs.py $(ONE)

strip: setup-test  ## take out of the notebooks what JupyterLab stored: pictures and the state of widgets
	@$(VENV) tools/outputs.py --strip

handout: setup-test  ## write the lessons without hints and solutions into handout/, and run them
answers: setup-test  ## write the lessons with every exercise solved into answers/, and run them
handout answers:
	@$(VENV) tools/editions.py $@
	@$(VENV) -m pytest -n 2 --dist loadfile --nbval-lax $@

upgrade: setup-test  ## raise every pin to the newest version in its range, then test
	@$(VENV) tools/pins.py
	@$(MAKE) test

address:  ## rewrite every copy of the repository's address: make address URL=https://github.com/...
	@$(PYTHON) tools/address.py "$(URL)"

clean:  ## remove everything that git ignores (.venv, caches, screenshots)
	@git clean -fdX
