import { Command } from 'commander';
import { diagnose } from './doctor/diagnose.ts';
import { doctorText } from './doctor/doctor-text.ts';
import { askGitHub, ghOption, openRepository, type RepositoryFlags, repoOption } from './open-repository.ts';

interface Flags extends RepositoryFlags {
  readonly json?: boolean;
}

const MORE = `
It asks GitHub with GITHUB_TOKEN, or with the token of gh, and writes nothing. Each fact is ok, refused or unknown; it
exits with 1 where something is refused. What a token is not told is unknown, with the permission that would tell.`;

/** `agent-waves doctor`: whether work could land as the repository is set up. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('find out what on GitHub would keep the work of the plan from landing, and the fix of each')
    .addOption(repoOption())
    .addOption(ghOption())
    .option('--json', 'print every fact as JSON')
    .addHelpText('after', MORE)
    .action(run);
}

async function run({ json, ...flags }: Flags): Promise<void> {
  const access = await openRepository(flags);
  const diagnosis = await askGitHub(() => diagnose(access));
  console.log(json ? JSON.stringify(diagnosis, null, 2) : doctorText(diagnosis));
  if (diagnosis.facts.some(({ verdict }) => verdict === 'refused')) process.exitCode = 1;
}
