#!/bin/sh
# One-off, before a new version starts: tables, bank holidays and the five protocols. May be run any number of times, also
# while the version before is still at work (docs/operations/upgrade.md). Without containers: TRACKER="sudo tracker".
set -eu
tracker=${TRACKER:-python manage.py}

# A migration that waits for a table makes everybody behind it wait. So it waits for three seconds, gives way, and tries again.
tries=${MIGRATE_TRIES:-20}
until PGOPTIONS="${PGOPTIONS:-} -c lock_timeout=3s" $tracker migrate --database=owner --no-input; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "The migrations did not get through. What stands above says why." >&2; exit 1; }
    sleep 3
done
$tracker load_holidays
$tracker load_protocols
