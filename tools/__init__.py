"""The book's own tools; run them through ``python tools/book.py`` or ``make``."""
