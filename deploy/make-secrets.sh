#!/bin/sh
# Make the secret files that docker-compose.yml reads, once. Existing files are kept.
# Each secret has one home: the passwords inside the two database addresses are those the database's first start sets.
set -eu
cd "$(dirname "$0")/secrets"
chmod 0700 . # the folder is closed; the files are readable, because each container reads its own as another user
umask 022

random() { head -c 36 /dev/urandom | base64 | tr -d '/+=\n'; }
once() { [ -s "$1" ] || printf '%s\n' "$2" >"$1"; }

once postgres_password "$(random)"
once database_url "postgres://esc_app:$(random)@postgres:5432/escalation"
once database_owner_url "postgres://esc_owner:$(random)@postgres:5432/escalation"
once database_backup_url "postgres://esc_backup:$(random)@postgres:5432/escalation"
once redis_url "redis://:$(random)@redis:6379/0"
once secret_key "$(random)$(random)"
[ -e secret_key_fallbacks ] || : >secret_key_fallbacks # keys that were in use before, separated by commas
if [ ! -s email_url ]; then
    printf '%s\n' "smtp+tls://user:password@mail.example:587" >email_url
    echo "Now write your mail server's address into deploy/secrets/email_url (it holds an example)."
fi
