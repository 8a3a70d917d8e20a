# syntax=docker/dockerfile:1
# `npm run test:standalone` carries out every line of this file without a container engine, and tries what comes of it.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --include=optional
COPY . .
RUN npm run standalone

FROM ${NODE_IMAGE} AS app
# HOSTNAME is where the server listens; Docker would set it to the container's name.
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000 NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
# Root's, and run by another user: nothing that runs here can change it.
COPY --from=build --chown=root:root /src/.next/standalone ./
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process answers. Not whether the database does: no restart of this container would mend that.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=32", "server.js"]
