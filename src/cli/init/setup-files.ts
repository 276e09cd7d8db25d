import type { RepositoryFile } from '../../plan/repository-plan.ts';
import { CONFIG_PATH } from '../../state/names.ts';
import { configText } from './config-text.ts';
import { examplePlan } from './example-plan.ts';
import type { ExistingSetup } from './existing-setup.ts';
import type { FoundRepository } from './look-around.ts';
import type { Answers } from './setup-choices.ts';
import type { SetupFile, SetupTarget } from './setup-target.ts';
import { workflowFiles } from './workflow-files.ts';

interface SetupInput {
  readonly found: FoundRepository;
  readonly existing: ExistingSetup;
  readonly answers: Answers;
}

/** Every file of the setup by path, as it would be written where nothing is there. A plan that is there is none of them. */
export function setupFiles(
  { found, existing, answers }: SetupInput,
  target: Pick<SetupTarget, 'isOurs'>,
): ReadonlyMap<string, string> {
  const config = existing.config?.path ?? CONFIG_PATH;
  const plan = planText({ found, existing, answers }, target);
  return new Map([
    [config, configText({ found, answers, planPath: existing.planPath })],
    ...workflowFiles({ ...answers, planPath: existing.planPath }),
    ...(plan === undefined ? [] : [[existing.planPath, plan] as const]),
  ]);
}

/** @returns Undefined where the plan that is there stays. */
function planText({ found, existing, answers }: SetupInput, target: Pick<SetupTarget, 'isOurs'>): string | undefined {
  const { plan } = answers;
  switch (plan.kind) {
    case 'import':
      return plan.source.imported.text;
    case 'example':
      return examplePlan(found);
    case 'existing': {
      const { plan: there } = existing;
      return there && target.isOurs(there.path, there.text) ? there.text : undefined;
    }
  }
}

/** The two files that decide what happens, as they are once the setup is written. */
export function setupInForce(
  files: readonly SetupFile[],
  { existing, isWritten }: { readonly existing: ExistingSetup; readonly isWritten: (file: SetupFile) => boolean },
): { readonly config: RepositoryFile; readonly plan: RepositoryFile } {
  const inForce = ({ path, text, before }: SetupFile, written: boolean): RepositoryFile => ({
    path,
    text: written ? text : (before ?? text),
  });
  const at = (path: string) => {
    const file = files.find((each) => each.path === path);
    return file && inForce(file, isWritten(file));
  };
  const config = at(existing.config?.path ?? CONFIG_PATH);
  const plan = at(existing.planPath) ?? existing.plan;
  if (!config || !plan) throw new Error('a setup has a configuration and a plan');
  return { config, plan };
}
