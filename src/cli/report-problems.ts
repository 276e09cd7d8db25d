import { formatProblem } from '../plan/load.ts';
import type { FileProblem } from '../plan/plan.ts';

/**
 * Says what is wrong with a file and ends the command with exit code 1: one line each to standard error, or
 * `{ "problems": [{ "file", "line", "column", "message" }] }` to standard output.
 */
export function reportProblems(problems: readonly FileProblem[], { json = false }: { readonly json?: boolean }): void {
  if (json) console.log(JSON.stringify({ problems }, null, 2));
  else console.error(problems.map(formatProblem).join('\n'));
  process.exitCode = 1;
}
