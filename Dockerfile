# One image for web, worker, beat and migrate: the pinned packages, the product, its static files; PostgreSQL's client; no server in it.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/app.txt /requirements/app.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: --no-binary docopt -r /requirements/app.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATE_DIR=/state STATIC_ROOT=/srv/static
# pg_dump and pg_restore for backups: of the database's own version, because an older one refuses the server.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-common ca-certificates \
    && YES=yes /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin tracker \
    && install -d -o tracker -g tracker -m 0750 /state /state/files
COPY --from=packages /venv /venv
WORKDIR /srv/tracker
COPY . .
# Settings want an address and a key to be read at all; neither is used here, and neither stays in the image.
RUN SECRET_KEY=only-while-building DATABASE_URL=postgres://nobody@nowhere/none DEPLOYMENT=production \
    python manage.py collectstatic --no-input -v0 \
    && python -m compileall -q /srv/tracker
USER tracker
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--no-control-socket"]
