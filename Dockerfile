# carbonpeak's one image. What is installed is what requirements.txt locks, checked by its hashes;
# of the developers' tools in it only setuptools is used, and only to build.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt ./
RUN pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --require-hashes \
      --only-binary :all: --requirement requirements.txt --dest /wheels
COPY . ./
RUN pip wheel --quiet --disable-pip-version-check --no-deps --no-index --find-links /wheels \
      --wheel-dir /built . \
 && python -m venv --without-pip /opt/carbonpeak \
 && pip --python /opt/carbonpeak/bin/python install --quiet --disable-pip-version-check \
      --no-cache-dir --no-index --find-links /wheels /built/*.whl

FROM python:3.11.14-slim-bookworm
COPY --from=build /opt/carbonpeak /opt/carbonpeak
RUN groupadd --gid 10001 carbonpeak \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/carbonpeak --no-create-home carbonpeak \
 && install --directory --owner 10001 --group 10001 --mode 0750 /var/lib/carbonpeak
ENV PATH=/opt/carbonpeak/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /var/lib/carbonpeak
VOLUME /var/lib/carbonpeak
EXPOSE 8000 9212
ENTRYPOINT ["carbonpeak"]
CMD ["run"]
