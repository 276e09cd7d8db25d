import { type Client, createClient } from '../../github/octokit.ts';
import { baseBranch } from '../../plan/base-branch.ts';
import { type DispatchInputs, dispatchTitle } from '../../state/names.ts';
import type { TaskRecord } from '../../state/record.ts';
import { admit, verifyDependencies } from '../admission.ts';
import { type Assignment, type Conclusion, failure } from '../assignment.ts';
import { gatherBrief, keepBriefSource } from '../brief/gather.ts';
import { conflictsGivenBack, resumeWork } from '../checkpoint/resume.ts';
import { releaseClaim, takeClaim } from '../claims.ts';
import { fetchBase } from '../git/base.ts';
import type { Repository } from '../git/git.ts';
import { createPrivateRepository, workspaceRepository } from '../git/private.ts';
import { landedSince, landingsOn } from '../git/trailers.ts';
import { resetWorkspace } from '../git/workspace.ts';
import { readDispatch } from '../inputs.ts';
import type { TaskIssue } from '../issue.ts';
import type { Environment } from '../job.ts';
import { notice, say } from '../log.ts';
import { roundsUsed } from '../review/rounds.ts';
import { assign, readSettings, rulesOf } from '../settings.ts';
import { readStage } from '../stages/stage.ts';
import type { StepContext, StepEnd } from '../step.ts';

/** Takes the task for this run, or leaves it to whoever has it; nothing else has happened before. */
export async function claim(context: StepContext): Promise<StepEnd> {
  const { job, clock } = context;
  checkTrigger(context.environment);
  const dispatch = readDispatch(context.environment);
  if (job.runAttempt > 1)
    return superseded('a re-run would repeat an old dispatch; comment `/retry` on the issue instead');
  const repository = workspaceRepository(job);
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  const claimed = await takeClaim(repository, dispatch, { run: job.run, clock });
  if (claimed.kind === 'superseded') return superseded(claimed.why);

  const held: Held = { ...context, dispatch, repository, client, commit: claimed.commit };
  // The base is fetched after the claim was taken: whoever held it before can land nothing any more.
  const asked = Promise.all([admit({ client, job, dispatch, clock }), fetchBase(repository, 'HEAD')]);
  const [admission, head] = await asked.catch(async (problem: unknown) => {
    // Nobody but this run knows of the claim: what the dispatch names may not even exist.
    await releaseClaim(repository, dispatch.issue, claimed.commit);
    throw problem;
  });
  return admission.kind === 'superseded' ? giveUp(held, admission.why) : prepare(held, admission, head);
}

/**
 * GitHub lets nobody send a dispatch who may not write to the repository. Of every other trigger somebody else may decide,
 * and it would run with the same rights.
 */
function checkTrigger({ GITHUB_EVENT_NAME: event = 'workflow_dispatch' }: Environment): void {
  if (event !== 'workflow_dispatch')
    throw new Error(
      `a task is started by workflow_dispatch alone, not by ${event}; copy templates/agent-task.yml again`,
    );
}

/** A step that holds the claim. */
interface Held extends StepContext {
  readonly dispatch: DispatchInputs;
  readonly repository: Repository;
  readonly client: Client;
  /** The commit of the claim. */
  readonly commit: string;
}

interface Admitted {
  readonly issue: TaskIssue;
  readonly record: TaskRecord;
}

/** Pre-execution verification, then the checkout at the newest base and everything that the next steps need. */
async function prepare(held: Held, { issue, record }: Admitted, head: string): Promise<StepEnd> {
  const { job, repository, client, clock, dispatch } = held;
  const settings = await readSettings(repository, head);
  const branch = baseBranch({ config: settings.config, plan: settings.plan, defaultBranch: issue.defaultBranch });
  const newest = () => fetchBase(repository, branch);
  const verified = await verifyDependencies(
    { client, job, repository, clock, needs: record.needs, known: issue.blockedBy, fetchBase: newest },
    branch === issue.defaultBranch ? head : await newest(),
  );
  const { task, agent, reviewer } = assign(settings, dispatch.task, {
    attempt: dispatch.attempt,
    ceiling: record.ceiling,
    model: record.model,
  });
  if (reviewer && readStage(held.environment) === 'claim')
    throw new Error('the hardened workflow has no job for a reviewer; set `review: off` in .github/agent-waves.yml');
  await createPrivateRepository(job);
  await resetWorkspace(job, verified.head);
  const assignment: Assignment = {
    dispatch,
    claim: held.commit,
    base: { branch, head: verified.head },
    task: { title: task.title, outputs: task.outputs, ...(task.integration ? { integration: task.integration } : {}) },
    agent,
    ...(reviewer ? { reviewer: { ...reviewer, used: roundsUsed(record) } } : {}),
    settings: head,
    conflicts: conflictsGivenBack(record),
    rules: rulesOf(settings.config),
  };
  if (verified.kind === 'missing') {
    return straightToReport(assignment, { outcome: 'dependency', failure: failure(verified.what.join('; ')) });
  }

  const landings = await landingsOn(repository, verified.head, [dispatch.issue, ...Object.values(record.needs)]);
  const landed = await landedSince(repository, landings, { issue: dispatch.issue, since: record.base });
  if (landed && landed.dispatch === dispatch.dispatch) {
    return giveUp(held, `run ${landed.run} has landed this dispatch as ${landed.commit.slice(0, 10)}`);
  }
  // What landed and did not pass there is to be mended, not reported.
  const failed = record.history.some((past) => past.dispatch === landed?.dispatch && past.outcome === 'verification');
  if (landed && !failed)
    return straightToReport(assignment, { outcome: 'completed', commit: landed.commit, checks: landed.checks });
  const resumed = await resumeWork(held, { assignment, record });
  await keepBriefSource(job, gatherBrief({ settings, task, record, dispatch, landings, resumed: resumed.briefed }));
  say(
    `${dispatchTitle(dispatch)}: claimed; starts from ${verified.head.slice(0, 10)} with ${agent.agent} (${agent.model})`,
  );
  return { outputs: { next: 'brief', assignment: { ...assignment, ...resumed.known } } };
}

function superseded(why: string): StepEnd {
  notice('Superseded', `Nothing was changed: ${why}.`);
  return { outputs: {} };
}

async function giveUp({ repository, dispatch, commit }: Held, why: string): Promise<StepEnd> {
  await releaseClaim(repository, dispatch.issue, commit);
  return superseded(why);
}

function straightToReport(assignment: Assignment, conclusion: Conclusion): StepEnd {
  say(`Nothing to work on: ${conclusion.failure?.what ?? `the work has landed as ${conclusion.commit}`}`);
  return { outputs: { next: 'report', assignment, conclusion } };
}
