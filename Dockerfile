# The command line and its engines in one image: not root, nothing written but /work and /tmp.
FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /app/.venv
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN /app/.venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY verifier verifier
COPY checklists checklists
COPY samples samples
RUN /app/.venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable .

FROM python:3.11-slim
# OpenMP and GLib: the two libraries of the system that the engines and OpenCV load
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 libglib2.0-0 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --uid 10001 verifier
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH XDG_CACHE_HOME=/tmp/cache
USER verifier
WORKDIR /work
ENTRYPOINT ["verifier"]
CMD ["--help"]
