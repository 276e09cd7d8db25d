import { type Ecosystem, firstFile, suggested } from './ecosystem.ts';

const GOLANGCI = ['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json'];

/** Go: its own tool does everything; golangci-lint where it is configured, here or above. */
export const go: Ecosystem = {
  manifests: ['go.mod'],
  locks: ['go.sum', 'go.work'],
  checks: (look) => {
    if (!look.has('go.mod')) return {};
    const why = 'from go.mod';
    const linter = look.upwards.flatMap((above) => firstFile(above, GOLANGCI) ?? [])[0];
    return suggested({
      compile: [{ run: 'go build ./...', why }],
      test: [{ run: 'go test ./...', why }],
      lint: [{ run: 'go vet ./...', why }, linter ? { run: 'golangci-lint run', why: `from ${linter}` } : undefined],
    });
  },
  install: () => [],
};
