"""Runs Autobahn's wstest, for Python 2.7, with the packages of a folder: wstest.py FOLDER OPTION..."""

import site
import sys

site.addsitedir(sys.argv.pop(1))
from autobahntestsuite.wstest import run

run()
