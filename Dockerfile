# Minos itself, for compose.yaml: `minos start --role api` and `--role worker`. The images that judge
# submissions are others (images/); a worker has the engine of its host build them.
FROM node:24-trixie-slim AS build
WORKDIR /opt/minos
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node node_modules/@nestjs/cli/bin/nest.js build \
 && npm prune --omit=dev --no-audit --no-fund

FROM node:24-trixie-slim
WORKDIR /opt/minos
COPY --from=build /opt/minos ./
# Volumes take over the owner of the directory that they are mounted on.
RUN mkdir -p .minos/blobs && chown -R node:node .minos
USER node
ENTRYPOINT ["node", "--enable-source-maps", "dist/cli.js"]
CMD ["start"]
