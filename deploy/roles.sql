-- The roles of one installation, and who owns its database.  Run by a superuser inside the product's own
-- database; may be run again.  Passwords are no part of it: give them afterwards with ALTER ROLE ... PASSWORD.
--
--   esc_owner       owns the database and its tables, and migrates.  NOINHERIT: it may become the two below on
--                   purpose (SET ROLE, ALTER ... OWNER TO) and sees nothing merely by being their member.
--   esc_app         the web process and the workers.  Rows only, always under row-level security.
--   esc_timekeeper  owns the few functions that tell a worker which partnerships have work due.
--   esc_eraser      the only role that may destroy words when retention says so.
--   esc_backup      reads every row of every partnership, past row-level security, and may write none: what pg_dump
--                   needs, since security is forced on the owner too. Whoever has its password reads everything; it is
--                   given to the backup alone, and until it has a password nobody signs in as it.
DO $roles$
DECLARE
    helper text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'esc_owner') THEN
        CREATE ROLE esc_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'esc_app') THEN
        CREATE ROLE esc_app;
    END IF;
    ALTER ROLE esc_owner LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE NOREPLICATION NOINHERIT;
    ALTER ROLE esc_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
    -- A host that goes away in the middle of a transaction (power, network) says nothing: without these its locks would be
    -- held for two hours.  A transaction in which nothing happens for long belongs to a process that hangs.
    ALTER ROLE esc_app SET tcp_keepalives_idle = '20s';
    ALTER ROLE esc_app SET tcp_keepalives_interval = '5s';
    ALTER ROLE esc_app SET tcp_keepalives_count = 3;
    ALTER ROLE esc_app SET tcp_user_timeout = '35s';
    ALTER ROLE esc_app SET idle_in_transaction_session_timeout = '10min';

    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'esc_backup') THEN
        CREATE ROLE esc_backup;
    END IF;
    ALTER ROLE esc_backup LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
    ALTER ROLE esc_backup SET default_transaction_read_only = on;
    GRANT pg_read_all_data TO esc_backup;

    FOREACH helper IN ARRAY ARRAY['esc_timekeeper', 'esc_eraser'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = helper) THEN
            EXECUTE format('CREATE ROLE %I', helper);
        END IF;
        EXECUTE format('ALTER ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION', helper);
        -- From PostgreSQL 16 on, inheritance belongs to the grant; before, to the member alone.
        IF current_setting('server_version_num')::int >= 160000 THEN
            EXECUTE format('GRANT %I TO esc_owner WITH INHERIT FALSE, SET TRUE', helper);
        ELSE
            EXECUTE format('GRANT %I TO esc_owner', helper);
        END IF;
    END LOOP;

    EXECUTE format('ALTER DATABASE %I OWNER TO esc_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO esc_app, esc_backup', current_database());
    -- A NOINHERIT owner does not get the schema through pg_database_owner before PostgreSQL 16.  With the
    -- grant option, so that a migration may let esc_timekeeper create its functions for a moment.
    GRANT ALL ON SCHEMA public TO esc_owner WITH GRANT OPTION;
END
$roles$;
