# The gateway with its functions and pages, as any number of replicas. What differs between deployments comes from the
# environment; there is nothing secret in the image.
#   docker build -t websocket-order .

FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Bundling needs no package's install script.
RUN npm ci --ignore-scripts --omit=dev
COPY gateway.json ./
COPY apigateway ./apigateway
COPY db ./db
COPY functions ./functions
COPY scripts ./scripts
COPY web ./web
RUN npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production
ENV HOST=0.0.0.0
ENV PORT=8080
WORKDIR /app
COPY --from=build /build/dist/gateway ./
# Called by the owner, never over HTTP: see compose.yaml.
COPY --from=build /build/dist/init_db ./init_db
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The gateway closes its clients and runs their cleanups.
STOPSIGNAL SIGTERM
CMD ["node", "index.js"]
