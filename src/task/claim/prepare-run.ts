import { type Client, createClient } from '../../github/octokit.ts';
import { baseBranch } from '../../plan/base-branch.ts';
import { attemptLeft } from '../../state/attempts.ts';
import { failedWhereItLanded } from '../../state/evidence.ts';
import { CONFIG_PATH, dispatchTitle } from '../../state/names.ts';
import type { DispatchAccount, TaskRecord } from '../../state/record.ts';
import { gatherBrief } from '../brief/gather.ts';
import { saveBriefSource } from '../brief/source.ts';
import { conflictsReturned, resumeWork } from '../checkpoint/resume-work.ts';
import { fetchBase } from '../git/base.ts';
import { landedSince, landingsOn } from '../git/landings.ts';
import { resetWorkspace } from '../git/reset-workspace.ts';
import { readStage, type Stage } from '../handoff/stage.ts';
import { type Assignment, type Conclusion, failure } from '../protocol/assignment.ts';
import { lacking } from '../protocol/lacking.ts';
import type { StepEnd } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import { roundsUsed } from '../review/rounds.ts';
import { admit, verifyDependencies } from './admission.ts';
import { releaseClaim } from './claim-ref.ts';
import type { ClaimedContext } from './claimed-context.ts';
import type { TaskIssue } from './issue.ts';
import type { probe } from './probe.ts';
import { assign, readSettings, rulesOf } from './settings.ts';
import { superseded } from './superseded.ts';

interface Admitted {
  readonly issue: TaskIssue;
  readonly record: TaskRecord;
}

/** Asks whether the issue wants exactly this run, and if so makes everything ready for the agent. */
export async function prepareRun(claimed: ClaimedContext): Promise<StepEnd<'claim'>> {
  const { job, clock, dispatch, repository, commit } = claimed;
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  // The base is fetched after the claim was taken: whoever held it before can land nothing any more.
  const asked = Promise.all([admit({ client, job, dispatch, clock }), fetchBase(repository, 'HEAD')]);
  const [admission, head] = await asked.catch(async (problem: unknown) => {
    // Nobody but this run knows of the claim: what the dispatch names may not even exist.
    await releaseClaim(repository, { issue: dispatch.issue, commit });
    throw problem;
  });
  return admission.kind === 'superseded'
    ? releaseAndYield(claimed, admission.why)
    : prepare({ ...claimed, client }, { admitted: admission, head });
}

/** Pre-execution verification, then the checkout at the newest base and everything that the next steps need. */
async function prepare(
  held: ClaimedContext & { readonly client: Client },
  { admitted: { issue, record }, head }: { readonly admitted: Admitted; readonly head: string },
): Promise<StepEnd<'claim'>> {
  const { job, repository, client, clock, dispatch } = held;
  const settings = await readSettings(repository, head);
  const branch = baseBranch({ config: settings.config, plan: settings.plan, defaultBranch: issue.defaultBranch });
  const newest = () => fetchBase(repository, branch);
  const verified = await verifyDependencies(
    { client, job, repository, clock, needs: record.needs, known: issue.blockedBy, fetchBase: newest },
    branch === issue.defaultBranch ? head : await newest(),
  );
  const { task, agent, reviewer } = assign(settings, {
    id: dispatch.task,
    attempt: {
      attempt: dispatch.attempt,
      ceiling: record.ceiling,
      model: record.model,
    },
  });
  const reserved = record.live?.account;
  const left = attemptLeft(record, { task, config: settings.config });
  const base = { branch, head: verified.head };
  const [landings] = await Promise.all([
    landingsOn(repository, { head: verified.head, issues: [dispatch.issue, ...Object.values(record.needs)] }),
    resetWorkspace(job, base),
  ]);
  const assignment: Assignment = {
    dispatch,
    nodes: issue.nodes,
    claim: held.commit,
    base,
    task: {
      title: task.title,
      outputs: task.outputs,
      touches: task.touches,
      ...(task.integration ? { integration: task.integration } : {}),
    },
    agent,
    ...(reviewer ? { reviewer: { ...reviewer, used: roundsUsed(record), ...capFor(reserved?.reviewer) } } : {}),
    settings: head,
    conflicts: conflictsReturned(record),
    ...(record.history.at(-1)?.outcome === 'verification' ? { joinsLate: true } : {}),
    rules: rulesOf(settings.config, { task, left, reserved: reserved?.minutes }),
    left,
    ...(reserved?.usd === undefined ? {} : { cap: { usd: reserved.usd, left: reserved.usd } }),
  };
  if (verified.kind === 'missing') {
    return concludeEarly(assignment, { outcome: 'dependency', failure: failure(verified.what.join('; ')) });
  }

  const unsupported = unsupportedBy(readStage(held.environment), assignment);
  if (unsupported) return concludeEarly(assignment, unsupported);

  const landed = await landedSince(repository, {
    landings,
    issue: dispatch.issue,
    since: record.base,
    head: verified.head,
  });
  if (landed && landed.dispatch === dispatch.dispatch) {
    return releaseAndYield(held, `run ${landed.run} has landed this dispatch as ${landed.commit.slice(0, 10)}`);
  }
  // What landed and did not pass there is to be fixed, not reported.
  if (landed && !failedWhereItLanded(record, landed))
    return concludeEarly(assignment, { outcome: 'completed', commit: landed.commit, checks: landed.checks });
  const probed = record.live?.probe ? await lookFirst({ held, settings, head, branch }) : undefined;
  if (probed?.kind === 'refused') return concludeEarly(assignment, probed.conclusion);
  const resumed = await resumeWork(held, { assignment, record });
  await saveBriefSource(
    job,
    gatherBrief({ settings, task, record, dispatch, landings, waves: issue.waves, resumed: resumed.briefed }),
  );
  const by = resumed.known.finished ? '' : ` with ${agent.agent} (${agent.model})`;
  say(`${dispatchTitle(dispatch)}: claimed; starts from ${verified.head.slice(0, 10)}${by}`);
  const baseline = assignment.rules.baseline ? 'on' : undefined;
  const scan = assignment.rules.scan.run === undefined ? undefined : 'on';
  const claim = probed?.claim ?? assignment.claim;
  return { outputs: { next: 'agent', baseline, scan, assignment: { ...assignment, claim, ...resumed.known } } };
}

/** What is reserved for the reviewer, apart from what the agent has. */
function capFor(reserved: DispatchAccount['reviewer']): { readonly cap?: number | null } {
  return reserved ? { cap: reserved.usd ?? null } : {};
}

/** Few runs do: it is loaded by those. */
async function lookFirst(probing: Parameters<typeof probe>[0]): ReturnType<typeof probe> {
  const { probe: look } = await import('./probe.ts');
  return look(probing);
}

/** What the configuration asks for, and this workflow has no job for. */
function unsupportedBy(stage: Stage, { reviewer, rules }: Assignment): Conclusion | undefined {
  if (reviewer && stage === 'claim')
    return lacking(
      { what: 'the workflow of several jobs has none for a reviewer', fix: `set \`review: off\` in ${CONFIG_PATH}` },
      '',
    );
  if (rules.scan.run === undefined || stage === 'claim') return undefined;
  const what = 'a command of `scan` needs a job in which nothing of the work has run, and this workflow has none';
  return lacking(
    { what, fix: `copy templates/agent-task-hardened.yml, or take \`run\` from \`scan\` in ${CONFIG_PATH}` },
    '',
  );
}

async function releaseAndYield(
  { repository, dispatch, commit }: ClaimedContext,
  why: string,
): Promise<StepEnd<'claim'>> {
  await releaseClaim(repository, { issue: dispatch.issue, commit });
  return superseded(why);
}

function concludeEarly(assignment: Assignment, conclusion: Conclusion): StepEnd<'claim'> {
  say(`Nothing to work on: ${conclusion.failure?.what ?? `the work has landed as ${conclusion.commit}`}`);
  return { outputs: { next: 'report', assignment, conclusion } };
}
