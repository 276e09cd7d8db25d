import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadRepositoryPlan, type RepositoryPlan } from '../../../src/plan/repository-plan.ts';
import { CONFIG_PATH } from '../../../src/state/names.ts';

/** A task as a scenario sees it. */
export interface PlannedTask {
  readonly id: string;
  readonly needs?: readonly string[];
  readonly wave?: number;
  /** As a person lists it. */
  readonly status?: 'completed';
}

export const PLAN_PATH = 'docs/planning/tasks.json';

/** Checks that cost nothing, so that a scenario's time is the protocol's; the test finds what an agent spoiled. */
const CONFIG = `landing: push
isolation: none
install: []
checks:
  compile: 'true'
  test: sh test.sh
  lint: none
`;

const TEST = `if grep -r spoiled work; then echo "the work above is spoiled"; exit 1; fi
`;

export function planText(tasks: readonly PlannedTask[], head: Readonly<Record<string, string>> = {}): string {
  return `${JSON.stringify(
    {
      name: 'Scenario',
      ...head,
      tasks: tasks.map(({ id, needs = [], wave, status }) => ({
        id,
        title: `Make ${id}`,
        ...(wave === undefined ? {} : { wave }),
        ...(status === undefined ? {} : { status }),
        dependencies: needs,
        estimate: '10min',
        outputs: [`work/${id}.txt`],
        touches: [`work/${id}.txt`],
      })),
    },
    null,
    2,
  )}\n`;
}

/** Writes a small repository that a plan can be rehearsed in. */
export async function writeRepository(
  folder: string,
  {
    tasks,
    files: more = {},
  }: { readonly tasks: readonly PlannedTask[]; readonly files?: Readonly<Record<string, string>> },
): Promise<RepositoryPlan> {
  const files: Readonly<Record<string, string>> = {
    [PLAN_PATH]: planText(tasks),
    [CONFIG_PATH]: CONFIG,
    'test.sh': TEST,
    'README.md': '# Scenario\n',
    ...more,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return loadRepositoryPlan({
    config: { path: CONFIG_PATH, text: CONFIG },
    plan: { path: PLAN_PATH, text: files[PLAN_PATH] ?? '' },
  });
}
