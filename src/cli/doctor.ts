import { Command } from 'commander';
import { toFailure } from '../github/errors.ts';
import { type Diagnosis, diagnose } from './doctor/diagnose.ts';
import { doctorText } from './doctor/doctor-text.ts';
import { findAccess } from './init/github-access.ts';
import type { GitHubAccess } from './init/github-facts.ts';
import { readGit } from './init/read-git.ts';
import { UsageError } from './usage-error.ts';

interface Flags {
  readonly repo?: string;
  readonly gh?: boolean;
  readonly json?: boolean;
}

const MORE = `
It asks GitHub with GITHUB_TOKEN, or with the token of gh, and writes nothing. Each fact is ok, refused or unknown; it
exits with 1 where something is refused. What a token is not told is unknown, with the permission that would tell.`;

/** `agent-waves doctor`: whether work could land as the repository is set up. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('find out what on GitHub would keep the work of the plan from landing, and the fix of each')
    .option('--repo <owner/name>', 'the repository on GitHub, instead of the one that the remote of this folder names')
    .option('--gh', 'use the token of gh')
    .option('--json', 'print every fact as JSON')
    .addHelpText('after', MORE)
    .action(run);
}

async function run({ repo, gh = false, json }: Flags): Promise<void> {
  const remote = repo === undefined ? (await readGit(process.cwd())).remote : undefined;
  const found = await findAccess({ remote, repo, gh, environment: process.env });
  if (!found.ok) throw new UsageError(`GitHub cannot be asked: ${found.why}`);
  const diagnosis = await ask(found.access);
  console.log(json ? JSON.stringify(diagnosis, null, 2) : doctorText(diagnosis));
  if (diagnosis.facts.some(({ verdict }) => verdict === 'refused')) process.exitCode = 1;
}

/** @throws UsageError where GitHub does not answer, or shows this token no such repository. */
async function ask(access: GitHubAccess): Promise<Diagnosis> {
  try {
    return await diagnose(access);
  } catch (error) {
    throw new UsageError(`GitHub cannot be asked: ${toFailure(error).message}`);
  }
}
