# Every target makes .venv when it is missing. Without make: python tools/book.py TARGET
PYTHON ?= python3
BOOK = @$(PYTHON) tools/book.py $@

.DEFAULT_GOAL := help
.PHONY: help serve site lab notebooks test check bench measure mutate pdf frontend labs repository pins clean

help site lab check bench frontend labs pins clean:
	$(BOOK)

serve:
	$(BOOK) $(PORT)

notebooks:
	$(BOOK) $(NB)

test measure mutate pdf:
	$(BOOK) $(ARGS)

repository:
	$(BOOK) $(URL)
