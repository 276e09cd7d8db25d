import { existsSync } from 'node:fs';
import { posix, relative, resolve } from 'node:path';
import { foldersLeftOut } from '../process/child-environment.ts';
import type { StepContext } from '../protocol/step.ts';

/** A step that writes `.venv/bin` to GITHUB_PATH means the checks to find its programs: they do not, and are told so. */

type Machine = Pick<StepContext, 'job' | 'environment'>;

/** @returns What to do, in one line; nothing where PATH names no folder of the checkout. */
export function explainLeftOut({ job, environment }: Machine): readonly string[] {
  const folders = inCheckout({ job, environment });
  const [first] = folders;
  if (first === undefined) return [];
  const named = folders.map((folder) => `\`${folder}\``).join(', ');
  return [
    `PATH: ${named} left out, because an agent can write there; name programs by their path in checks of .github/agent-waves.yml: \`${first}/…\``,
  ];
}

/** @returns Path of a program from the root of the checkout, where it is in a folder that was left out. */
export function findLeftOut({ job, environment }: Machine, program: string): string | undefined {
  const paths = inCheckout({ job, environment }).map((folder) => posix.join(folder, program));
  return paths.find((path) => existsSync(resolve(job.workspace, path)));
}

function inCheckout({ job, environment }: Machine): readonly string[] {
  const folders = foldersLeftOut(environment, job).map((named) =>
    relative(job.workspace, resolve(job.workspace, named)),
  );
  return [...new Set(folders)].map((folder) => folder || '.');
}
