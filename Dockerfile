# Dateline in a container: the environment and the models are made in the first stage, the second holds what runs and nothing else.
#
#   docker build -t dateline .
#   docker run -e DATELINE_TELEGRAM__TOKEN=… -v data:/data dateline
#   docker run --rm -i -v data:/data dateline ingest - < articles.jsonl
#
# The image needs no network but Telegram's: the models are inside.

FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONDONTWRITEBYTECODE=1

WORKDIR /src
RUN python -m venv /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH

# The libraries first: they change less often than our code, and take the longest.
COPY constraints.txt ./
RUN pip install --constraint constraints.txt torch==2.13.0
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY config ./config
COPY index ./index
RUN pip install --constraint constraints.txt '.[telegram,postgres]'

# Find the models and export the encoder here, so that a start needs no torch, no hub and no ten seconds.
ENV DATELINE_INDEX__MODELS_DIR=/opt/dateline/models
RUN dateline prepare


FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 dateline \
    && useradd --uid 10001 --gid dateline --no-create-home --home-dir /data --shell /usr/sbin/nologin dateline \
    && install -d -o dateline -g dateline /data

COPY --from=build /opt/dateline /opt/dateline

ENV PATH=/opt/dateline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATELINE_STORAGE__DATA_DIR=/data \
    DATELINE_INDEX__MODELS_DIR=/opt/dateline/models

USER dateline
WORKDIR /data
VOLUME /data
EXPOSE 8443

# Ready means: the database opens, and the index is whole and fits the encoder that is set. An empty one is ready too.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 \
    CMD ["dateline", "ready"]

ENTRYPOINT ["dateline"]
CMD ["run"]
