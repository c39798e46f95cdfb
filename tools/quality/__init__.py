"""What ``make measure`` is made of: a plain server that counts, a browser, and public tools.

The tools themselves (Lighthouse, html-validate, Puppeteer for Firefox) are the packages of
``package-lock.json`` in this folder; axe-core is the front end's.
"""
