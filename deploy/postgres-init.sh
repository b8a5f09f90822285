#!/bin/sh
# The database's first start: the roles, and the passwords that stand in the addresses of the
# application, the owner and the backup.
# Run by the postgres image as its superuser, inside the new database; may be run again, to set the passwords anew.
set -eu

password_of() { # postgres://login:password@host:port/database
    found=$(sed -n 's|^postgres://[^:/@]*:\([A-Za-z0-9_-]*\)@.*$|\1|p' "$1")
    [ -n "$found" ] || { echo "No password of letters and digits in the address in $1" >&2; exit 1; }
    printf '%s' "$found"
}

owner=$(password_of "$DATABASE_OWNER_URL_FILE")
app=$(password_of "$DATABASE_URL_FILE")
backup=$(password_of "$DATABASE_BACKUP_URL_FILE")
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet -U "$POSTGRES_USER" -d "$POSTGRES_DB" -f "${ROLES_SQL:-/deploy/roles.sql}"
# Through standard input, so that no password is in a process list.
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<SQL
ALTER ROLE esc_owner PASSWORD '$owner';
ALTER ROLE esc_app PASSWORD '$app';
ALTER ROLE esc_backup PASSWORD '$backup';
SQL
