import { type OutputParser, toolFinding } from './format.ts';

/** `go build`, `go vet` and golangci-lint: `a.go:1:2: …`, the linter's name behind the message. */
export const goCompile: OutputParser = (output) =>
  [...output.matchAll(/^(?:vet: )?(?:\.\/)?(\S[^\n:]*\.go):(\d+):\d+: (.+?)(?: \(([\w-]+)\))?$/gm)].map(
    ([, file, line, message = '', name]) => toolFinding({ file, line, name, message }),
  );
