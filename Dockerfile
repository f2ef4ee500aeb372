# Dateline in a container: the environment and the models are made in the first stage, the second holds what runs and nothing else.
#
#   docker build -t dateline .
#   docker run -e DATELINE_TELEGRAM__TOKEN=… -v data:/data dateline
#   docker run --rm -i -v data:/data dateline ingest - < articles.jsonl
#
# The image needs no network but Telegram's: the models are inside. docs/docker.md tells the rest.

FROM python:3.11-slim-bookworm AS build

# The registry's own torch brings several GB of CUDA. --build-arg PIP_EXTRA_INDEX_URL=… names a place with CPU builds: 200 MB instead.
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /src
RUN python -m venv /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH

# The libraries first, for a program without any code: they change less often than ours, and take the longest.
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN mkdir bot config index \
    && pip install --constraint constraints.txt '.[telegram,postgres]'

COPY bot ./bot
COPY config ./config
COPY index ./index
RUN pip install --no-deps --force-reinstall . \
    && pip check

# Find the models and export the encoder here, so that a start needs no torch, no hub and no ten seconds.
ENV DATELINE_INDEX__MODELS_DIR=/opt/dateline/models \
    ORT_DISABLE_TELEMETRY=1
RUN dateline prepare


FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 dateline \
    && useradd --uid 10001 --gid dateline --no-create-home --home-dir /data --shell /usr/sbin/nologin dateline \
    && install -d -o dateline -g dateline /data

# It belongs to root: the program cannot change itself.
COPY --from=build /opt/dateline /opt/dateline

# ONNX Runtime reports its use to its makers unless told not to.
ENV PATH=/opt/dateline/bin:$PATH \
    ORT_DISABLE_TELEMETRY=1 \
    PYTHONUNBUFFERED=1 \
    DATELINE_STORAGE__DATA_DIR=/data \
    DATELINE_INDEX__MODELS_DIR=/opt/dateline/models

# In numbers, so that a cluster can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8443

# Ready means: the database opens, and the index is whole and fits the encoder that is set. An empty one is ready too.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 \
    CMD ["dateline", "ready"]

ENTRYPOINT ["dateline"]
CMD ["run"]
