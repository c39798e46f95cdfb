"""What ``make pdf`` is made of: Chromium prints the pages, pypdf joins them to one book."""
