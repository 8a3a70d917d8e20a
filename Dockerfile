# syntax=docker/dockerfile:1
# `npm run test:standalone` runs these build commands without a container engine, and tests the resulting folder.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --include=optional
COPY . .
RUN npm run standalone

FROM ${NODE_IMAGE} AS app
# Without HOST the server would listen on HOSTNAME, which Docker sets to the container's name.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
# Owned by root and run by another user: the application can't change its own files.
COPY --from=build --chown=root:root /src/.next/standalone ./
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process answers, not whether the database does: restarting this container would not help.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=100", "server.js"]
