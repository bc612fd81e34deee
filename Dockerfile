# One image for every component: which one a container is, its command says.
# Build the program first (./newci --version does it), then: docker build -t newci .
FROM debian:trixie-slim
RUN mkdir -p /usr/share/man/man1 \
 && apt-get update \
 && apt-get install -y --no-install-recommends \
      openjdk-25-jre-headless git bubblewrap slirp4netns iproute2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/newci newci
COPY cli/target/newci /opt/newci
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED", \
            "-jar", "/opt/newci/newci.jar", "serve"]
