# syntax=docker/dockerfile:1
# The service and the command line in one image: not root, nothing is written but /data and /tmp.
#   docker run IMAGE                            the service (verifier-server serve)
#   docker run IMAGE verifier-server worker     one more worker
#   docker run IMAGE verifier audit /batch --out /out
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /app/.venv
# what is needed to run and no more: the tools and servers of the tests are in requirements.lock alone
COPY requirements.service.lock ./
RUN /app/.venv/bin/pip install --require-hashes --no-deps -r requirements.service.lock
COPY pyproject.toml README.md LICENSE ./
COPY checklists checklists
COPY verifier verifier
COPY api api
# editable: the packs are found beside the package
RUN /app/.venv/bin/pip install --no-deps --editable . \
 && /app/.venv/bin/python -m compileall -q verifier api \
 && /app/.venv/bin/pip uninstall --yes --quiet pip

FROM python:3.11.13-slim-bookworm
# OpenMP and GLib: the two libraries of the system that the engines and OpenCV load
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 libglib2.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 verifier \
 && install -d -m 0700 -o verifier -g verifier /data
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    VERIFIER_DATA_DIR=/data \
    VERIFIER_HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/v1/health/live', timeout=4)"]
CMD ["verifier-server", "serve"]
