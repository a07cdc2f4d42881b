# evergen in one image: `up` (facade and worker), `worker`, any other command.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json ./
COPY scripts ./scripts
COPY evergen ./
COPY src ./src
COPY workflows ./workflows
COPY activities ./activities
COPY bench ./bench
# `prepare` compiles.
RUN npm ci --no-audit --no-fund && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
# jq and procps (`watch`) are for whoever looks at the data from inside.
RUN apt-get update && apt-get install -y --no-install-recommends jq procps tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json /app/evergen ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/src/config ./src/config
RUN mkdir /data && chown node:node /data
USER node
# Reachable from outside the container, without a token: publish its ports to this machine alone, or set EVERGEN_TOKEN and EVERGEN_AUTH=token.
ENV NODE_ENV=production DATA_DIR=/data EVERGEN_HOST=0.0.0.0 EVERGEN_AUTH=none LOG_FORMAT=json
VOLUME /data
EXPOSE 8787 8001 18000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "./evergen"]
CMD ["up"]
