import { type Ecosystem, firstFile, withoutEmpty } from './ecosystem.ts';

const GOLANGCI = ['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json'];

/** Go: its own tool does everything; golangci-lint where it is configured, here or above. */
export const go: Ecosystem = {
  manifests: ['go.mod'],
  locks: ['go.sum', 'go.work'],
  checks: (dir) => {
    if (!dir.has('go.mod')) return {};
    const why = 'from go.mod';
    const linter = dir.selfAndAncestors.flatMap((above) => firstFile(above, GOLANGCI) ?? [])[0];
    return withoutEmpty({
      compile: [{ run: 'go build ./...', why }],
      test: [{ run: 'go test ./...', why }],
      lint: [{ run: 'go vet ./...', why }, linter ? { run: 'golangci-lint run', why: `from ${linter}` } : undefined],
    });
  },
  install: () => [],
};
