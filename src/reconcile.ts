import { decide } from './decide/decide.ts';
import type { Decision } from './decide/effects/effect.ts';
import type { Locator } from './github/locator.ts';
import { type Memory, rememberProgress } from './github/memory.ts';
import type { Client } from './github/octokit.ts';
import { observe } from './github/read/observe.ts';
import { apply, type Outcomes, withRuns } from './github/write/apply.ts';
import { type Committed, commitFiles } from './github/write/commit-files.ts';
import { commitToProgressBranch } from './github/write/commit-to-progress-branch.ts';
import { reportProblems } from './github/write/report-problems.ts';
import type { FileProblem } from './plan/plan.ts';
import { loadRepositoryPlan, type RepositoryPlan } from './plan/repository-plan.ts';
import { unsupportedSettings } from './plan/unsupported.ts';
import { type ProjectInput, project } from './progress/project.ts';
import { CONFIG_PATH } from './state/names.ts';
import type { Snapshot } from './state/snapshot.ts';
import type { Timings } from './state/timings.ts';

export interface PassInput {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which `client` writes: `<slug>[bot]`. */
  readonly app: string;
  /** Kept by the host between passes; an empty one costs requests, never correctness. */
  readonly memory: Memory;
  readonly timings: Timings;
}

export type Pass =
  | { readonly kind: 'no-plan' }
  /** Plan or configuration cannot be read: nothing new is dispatched, running tasks land and report. */
  | { readonly kind: 'refused'; readonly problems: readonly FileProblem[] }
  | {
      readonly kind: 'done';
      readonly decision: Decision;
      readonly outcomes: Outcomes;
      /** `unchanged`: the files say already what they should. `put off`: some effect failed, the next pass tells more. */
      readonly progress: Committed['kind'] | 'unchanged' | 'put off';
      /** Milliseconds after which the same state would decide differently; undefined when only an event can change it. */
      readonly wakeIn: number | undefined;
    };

/** One pass over one repository. It may be killed at any point and made again elsewhere: all truth is on GitHub. */
export async function reconcile(input: PassInput): Promise<Pass> {
  const snapshot = await observe({ ...input, runsEvery: input.timings.runsEvery });
  if (!snapshot) return { kind: 'no-plan' };

  const loaded = loadSupported(snapshot);
  if (!loaded.ok) {
    await reportProblems(loaded.problems, snapshot, input);
    return { kind: 'refused', problems: loaded.problems };
  }

  const decided = decide({ snapshot, plan: loaded.plan, config: loaded.config, timings: input.timings });
  const outcomes = await apply(decided.effects, { ...input, snapshot });
  const decision = withRuns(decided, outcomes);

  const progress = await save({ ...loaded, decision, outcomes, snapshot, input });
  const wakeIn = decision.wakeAt === undefined ? undefined : Math.max(0, decision.wakeAt - snapshot.now);
  return { kind: 'done', decision, outcomes, progress, wakeIn };
}

function loadSupported({ files }: Snapshot): RepositoryPlan {
  const loaded = loadRepositoryPlan(files);
  const problems = loaded.ok
    ? unsupportedSettings(loaded.config, { file: CONFIG_PATH, text: files.config?.text ?? '' })
    : [];
  return problems.length > 0 ? { ok: false, problems } : loaded;
}

interface Save extends ProjectInput {
  readonly outcomes: Outcomes;
  readonly input: PassInput;
}

/** Projects what the decision leaves, and commits it where it differs. */
async function save({ outcomes, input, ...from }: Save): Promise<Committed['kind'] | 'unchanged' | 'put off'> {
  // A newer version is at work here: what it knows of its issues would be missing in the files.
  if (from.decision.leftAlone.length > 0) return 'unchanged';
  if ([...outcomes.values()].some(({ kind }) => kind === 'failed')) return 'put off';
  const { files, headline } = project(from);
  if (files.size === 0) return 'unchanged';
  const { defaultBranch: branch, head, integrationBranch } = from.snapshot.repository;
  const expectedHead = integrationBranch?.defaultHead ?? head;
  const commit = { ...input, branch, expectedHead, headline, files };
  if (!input.memory.usesProgressBranch) {
    const committed = await commitFiles(commit);
    if (committed.kind === 'committed') rememberProgress(input.memory, expectedHead, committed.oid);
    if (committed.kind !== 'refused') return committed.kind;
    input.memory.usesProgressBranch = true;
  }
  const { kind } = await commitToProgressBranch(commit);
  return kind;
}
