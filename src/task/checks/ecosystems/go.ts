import { type Ecosystem, firstFile, withoutEmpty } from './ecosystem.ts';

const GOLANGCI = ['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json'];

/** Go: its own tool does everything; golangci-lint where it is configured, here or above. */
export const go: Ecosystem = {
  name: 'Go',
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
  install: (dir) => {
    const named = /^toolchain\s+(go[\w.-]+)/m.exec(dir.text('go.mod'))?.[1];
    if (named === undefined) return [];
    const what = `the Go toolchain ${named} that go.mod names is not installed on the runner, and cannot be fetched`;
    const fix =
      'add `- uses: actions/setup-go` with `go-version-file: go.mod` to the task workflow, after the checkout and before the action';
    return [{ run: 'go version', why: 'from the toolchain of go.mod', brings: { what, fix } }];
  },
};
