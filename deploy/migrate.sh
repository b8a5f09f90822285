#!/bin/sh
# One-off, before a new version starts: tables, bank holidays and the five protocols. May be run any number of times.
set -eu
python manage.py migrate --database=owner --no-input
python manage.py load_holidays
python manage.py load_protocols
