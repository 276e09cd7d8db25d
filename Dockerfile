# syntax=docker/dockerfile:1
# The server: `agent-waves serve`, as nobody in particular, with what package-lock.json names. No secret is needed to
# build it; docs/guides/server.md says how it is run.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /src
COPY package.json package-lock.json ./
COPY packages/embedded-github/package.json packages/embedded-github/
# The link to the workspace leads nowhere in the image, and lib/ holds its code.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/embedded-github

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY package.json app.yml LICENSE ./
COPY templates ./templates
COPY schemas ./schemas
COPY --from=dependencies /src/node_modules ./node_modules
COPY --from=build /src/lib ./lib
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "lib/cli/main.js", "serve", "--no-settings", "--no-setup"]
