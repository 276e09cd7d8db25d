import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defaultConfig } from '../../plan/config.ts';
import { checklist, type PlannedCheck } from '../../task/checks/checklist.ts';
import { detectLanguages } from '../../task/checks/detect.ts';
import { detectInstallCommands } from '../../task/checks/detect-install.ts';
import type { SuggestedCommand } from '../../task/checks/ecosystems/ecosystem.ts';
import type { GitFacts } from './read-git.ts';

/** What a repository holds, found by reading alone. */
export interface FoundRepository extends GitFacts {
  /** What to call it: as on the server, or its folder. */
  readonly name: string;
  readonly languages: readonly string[];
  /** Compile, test and lint, as a run would detect them where the configuration says nothing. */
  readonly checks: readonly PlannedCheck[];
  readonly install: readonly SuggestedCommand[];
  /** The folder that tests lie in; undefined where none has a usual name. */
  readonly testFolder: string | undefined;
}

const TEST_FOLDERS = ['test', 'tests', 'spec', '__tests__'];

export function lookAround(git: GitFacts): FoundRepository {
  const { root, remote } = git;
  return {
    ...git,
    name: remote?.repo ?? basename(root),
    languages: detectLanguages(root),
    checks: detectedChecks(root),
    install: detectInstallCommands(root),
    testFolder: foldersIn(root).find((name) => TEST_FOLDERS.includes(name)),
  };
}

function detectedChecks(root: string): readonly PlannedCheck[] {
  const { checks } = defaultConfig();
  return checklist(root, { assignment: { rules: { checks }, task: {} } }).filter(({ name }) => name !== 'integration');
}

function foldersIn(root: string): readonly string[] {
  return readdirSync(join(root), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
