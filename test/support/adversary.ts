import fc from 'fast-check';
import type { Cause } from '../../src/state/cause.ts';
import { ACTIONS_LOGIN, LABEL } from '../../src/state/names.ts';
import type { Outcome, Result } from '../../src/state/result.ts';
import { type IssueView, instant } from '../../src/state/snapshot.ts';
import { writeResult } from '../../src/state/write-result.ts';
import { type Answer, APP, type PureRun, type PureWorld, STRANGER, TRIAGER, WRITER } from './pure-world.ts';

/** One act between passes. Numbers pick among what there is at that moment; acts that find nothing do nothing. */
export type Act =
  | { readonly act: 'pass'; readonly answer: Answer; readonly first?: number; readonly every: number; stale: number }
  | { readonly act: 'restart' }
  | { readonly act: 'wait'; readonly seconds: number }
  | { readonly act: 'start' | 'die' | 'cancel-run' | 'double' | 'vanish' | 'linger'; readonly pick: number }
  | { readonly act: 'report' | 'work'; readonly pick: number; readonly outcome: Outcome; readonly closes: boolean }
  | { readonly act: 'forge'; readonly pick: number; readonly how: 'stranger' | 'edited' | 'run' | 'dispatch' }
  | { readonly act: 'say'; readonly pick: number; readonly by: string; readonly command: string }
  | { readonly act: 'label' | 'unlabel'; readonly pick: number; readonly by: string; readonly label: string }
  | { readonly act: 'close'; readonly pick: number; readonly as: 'completed' | 'not_planned' }
  | { readonly act: 'reopen'; readonly pick: number }
  | { readonly act: 'twin'; readonly pick: number }
  | { readonly act: 'break-body'; readonly pick: number }
  | {
      readonly act: 'merge' | 'object' | 'fail-check' | 'push' | 'give-up' | 'reconsider' | 'commit';
      readonly pick: number;
    }
  | { readonly act: 'grow-plan'; readonly pick: number };

type Labelling = Pick<Extract<Act, { readonly act: 'label' | 'unlabel' }>, 'label' | 'by'>;

const pick = fc.nat(1_000);
const by = fc.constantFrom(WRITER, WRITER, STRANGER);

const outcome = fc.constantFrom<Outcome>(
  'completed',
  'completed',
  'completed',
  'completed',
  'verification',
  'agent',
  'dependency',
  'continued',
  'continued',
  'in-review',
  'in-review',
  'in-review',
  'quota',
  'infrastructure',
);

const named: readonly Answer[] = Array(9).fill('named');

const pass = fc.record({
  act: fc.constant('pass' as const),
  answer: fc.constantFrom<Answer>(...named, 'silent', 'silent', 'lost', 'unsent', 'refused'),
  every: fc.integer({ min: 1, max: 4 }),
  stale: fc.constantFrom(0, 0, 0, 0x55555555, 0x7fffffff),
});

/** Passes and runs are common, what people do is rarer, so that most courses get somewhere. */
export const oneAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: pass },
  { weight: 3, arbitrary: fc.tuple(pass, fc.nat(30)).map(([one, first]) => ({ ...one, first })) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }),
  },
  { weight: 6, arbitrary: fc.record({ act: fc.constant('start' as const), pick }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom('die', 'cancel-run', 'double', 'vanish', 'linger'), pick }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('report' as const),
      pick,
      outcome,
      closes: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('work' as const), pick, outcome, closes: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('forge' as const),
      pick,
      how: fc.constantFrom('stranger', 'edited', 'run', 'dispatch'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('say' as const),
      pick,
      by,
      command: fc.constantFrom(
        ...([
          'start',
          'pause',
          'resume',
          'retry try harder',
          'retry fresh',
          'cancel',
          'skip',
          'why',
          'status',
        ] as const),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom('label', 'unlabel'),
      pick,
      by,
      label: fc.constantFrom(LABEL.start, LABEL.start, LABEL.pause, LABEL.running),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('close' as const),
      pick,
      as: fc.constantFrom('completed', 'not_planned'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constantFrom('merge', 'merge', 'object', 'fail-check', 'push', 'give-up', 'reconsider', 'commit'),
      pick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constantFrom('reopen', 'twin', 'break-body', 'grow-plan', 'restart'), pick }),
  },
) as fc.Arbitrary<Act>;

export const acts: fc.Arbitrary<readonly Act[]> = fc.array(oneAct, { minLength: 5, maxLength: 60, size: 'max' });

function chosen<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % Math.max(1, from.length)];
}

/** Does to the world whatever is no pass and no change of the plan. */
export function perform(world: PureWorld, act: Exclude<Act, { act: 'pass' | 'grow-plan' }>): void {
  world.tick();
  const runs = [...world.runs.values()];
  // What a triager plants changes no choice of others.
  const issues = [...world.issues.values()].filter(({ author }) => author !== TRIAGER);
  switch (act.act) {
    case 'restart':
      world.restart();
      return;
    case 'wait':
      world.tick(act.seconds);
      return;
    case 'start': {
      const run = chosen(
        runs.filter(({ step }) => step === 'queued'),
        act.pick,
      );
      if (run) begin(world, run);
      return;
    }
    case 'work': {
      const queued = chosen(
        runs.filter(({ step }) => step === 'queued'),
        act.pick,
      );
      if (!queued) return;
      begin(world, queued);
      const run = world.runs.get(queued.id);
      if (run?.step === 'working') report(world, run, act.outcome, act.closes);
      return;
    }
    case 'report': {
      const run = chosen(
        runs.filter(({ step }) => step === 'working'),
        act.pick,
      );
      if (run) report(world, run, act.outcome, act.closes);
      return;
    }
    case 'linger': {
      // It reports and does not end: its job hangs.
      const run = chosen(
        runs.filter(({ step }) => step === 'working'),
        act.pick,
      );
      const commit = run && world.land(run);
      if (commit) world.comment(run.inputs.issue, APP, resultText(run, 'completed', { commit }));
      return;
    }
    case 'die':
    case 'cancel-run': {
      const run = chosen(
        runs.filter(({ ended }) => !ended),
        act.pick,
      );
      if (run) world.end(run, act.act === 'die' ? 'failure' : 'cancelled');
      return;
    }
    case 'double': {
      const run = chosen(runs, act.pick);
      if (run) world.start(run.inputs);
      return;
    }
    case 'vanish': {
      const run = chosen(
        runs.filter(({ step }) => step === 'queued'),
        act.pick,
      );
      if (run) world.runs.delete(run.id);
      return;
    }
    case 'forge': {
      const run = chosen(
        runs.filter(({ ended }) => !ended),
        act.pick,
      );
      if (run) forge(world, run, act.how);
      return;
    }
    case 'commit':
      world.defaultHead = String(act.pick).padStart(40, 'f');
      return;
    case 'merge':
    case 'object':
    case 'fail-check':
    case 'push':
    case 'give-up':
    case 'reconsider': {
      const state = act.act === 'reconsider' ? 'closed' : 'open';
      const pull = chosen(
        [...world.pulls.values()].filter((one) => one.state === state),
        act.pick,
      );
      if (pull) judge(world, pull.number, act);
      return;
    }
    case 'say': {
      const issue = chosen(issues, act.pick);
      if (issue) world.comment(issue.number, act.by, `/${act.command}`);
      return;
    }
    case 'label':
    case 'unlabel': {
      const issue = chosen(issues, act.pick);
      if (!issue) return;
      if (act.act === 'label') setLabel(world, issue, act);
      else world.unlabel(issue.number, act.label, act.by);
      return;
    }
    case 'close':
    case 'reopen': {
      const issue = chosen(
        issues.filter(({ open, closedAs }) => open === (act.act === 'close') && closedAs !== 'duplicate'),
        act.pick,
      );
      if (!issue) return;
      if (act.act === 'close') world.close(issue.number, act.as);
      else world.reopen(issue.number);
      return;
    }
    case 'twin': {
      const issue = chosen(issues, act.pick);
      const ours = issue?.labels.filter((label) => label.startsWith('agent-waves:') || label.startsWith('wave:'));
      if (issue && ours) world.open({ ...issue, labels: ours, by: APP });
      return;
    }
    case 'break-body': {
      const issue = chosen(issues, act.pick);
      if (issue) world.editBody(issue.number, issue.body.replace('"plan"', '"plam"'), WRITER);
      return;
    }
  }
}

/** Whoever finds it there, set by somebody whose word does not count, sets it anew: the app's answer says so. */
function setLabel(world: PureWorld, { number, labels, labelled }: IssueView, { label, by }: Labelling): void {
  const setter = labelled.get(label)?.by;
  const counts = setter === WRITER || setter === APP;
  if (by === WRITER && labels.includes(label) && !counts) world.unlabel(number, label, by);
  world.label(number, label, by);
}

/** What people, and checks of theirs, do to a pull request. */
function judge(world: PureWorld, number: number, { act, pick: nth }: { act: string; pick: number }): void {
  const pull = world.pulls.get(number);
  if (!pull) return;
  if (act === 'merge') world.mergePull(number);
  if (act === 'push') world.changePull(number, { head: String(nth).padStart(40, 'e') });
  if (act === 'give-up') world.changePull(number, { state: 'closed', closedAt: instant(world.now), closedBy: WRITER });
  if (act === 'reconsider') world.changePull(number, { state: 'open', closedAt: undefined });
  if (act === 'fail-check')
    world.changePull(number, { failedChecks: [{ name: 'ci', summary: '2 tests failed', url: 'https://ci' }] });
  if (act !== 'object') return;
  const author = nth % 3 === 0 ? STRANGER : WRITER;
  const review = {
    id: `PRR_${world.now}`,
    author,
    writes: author === WRITER,
    changesRequested: true,
    body: 'Use a map.',
  };
  world.changePull(number, { reviews: [...pull.reviews.filter((other) => other.author !== author), review] });
}

/** A run takes its claim, or ends green having changed nothing. */
export function begin(world: PureWorld, run: PureRun): void {
  if (world.claim(run)) {
    world.runs.set(run.id, { ...run, step: 'working' });
    return;
  }
  world.comment(run.inputs.issue, APP, resultText(run, 'superseded'));
  world.end(run, 'success');
}

/** A run ends: it lands under its claim, or reports why not. One whose claim is gone does nothing more. */
export function report(world: PureWorld, run: PureRun, outcome: Outcome, closes: boolean): void {
  const { issue } = run.inputs;
  const owns = world.claims.get(issue)?.run === run.id;
  const said = !owns ? 'superseded' : outcome;
  const commit = owns && outcome === 'completed' ? world.land(run) : undefined;
  const pull = owns && outcome === 'in-review' ? world.present(run) : undefined;
  if (world.claims.get(issue)?.run === run.id) world.claims.delete(issue);
  world.comment(issue, APP, resultText(run, said, { commit, pull, until: instant(world.now + 600_000) }));
  if (said === 'completed' && closes && world.issue(issue).open) world.close(issue, 'completed', ACTIONS_LOGIN);
  world.end(run, said === 'superseded' || WELL.includes(said) ? 'success' : 'failure');
}

function forge(world: PureWorld, run: PureRun, how: 'stranger' | 'edited' | 'run' | 'dispatch'): void {
  const claimed = {
    ...run,
    ...(how === 'run' ? { id: run.id + 100_000 } : {}),
    ...(how === 'dispatch' ? { inputs: { ...run.inputs, dispatch: run.inputs.dispatch + 7 } } : {}),
  };
  const author = how === 'stranger' ? STRANGER : APP;
  world.comment(run.inputs.issue, author, resultText(claimed, 'completed'), how === 'edited');
}

/** What some outcomes carry. */
interface Extra {
  readonly commit?: string | undefined;
  readonly pull?: { readonly number: number; readonly head: string } | undefined;
  readonly until?: string | undefined;
  readonly needs?: 'person' | undefined;
  readonly failure?: { readonly what: string; readonly output: string } | undefined;
  readonly cause?: Cause | undefined;
}

const WELL: readonly Outcome[] = ['completed', 'in-review', 'continued'];

export function resultOf(run: Pick<PureRun, 'id' | 'inputs'>, outcome: Outcome, extra: Extra = {}): Result {
  const failure = { what: `${outcome} it was`, output: 'expected 1, received 2' };
  const told = extra.failure ?? (WELL.includes(outcome) ? undefined : failure);
  return {
    ...run.inputs,
    run: run.id,
    outcome,
    ...(outcome === 'completed' ? { commit: extra.commit ?? 'c'.repeat(40) } : {}),
    ...(outcome === 'in-review' && extra.pull ? { pull: extra.pull } : {}),
    ...(extra.needs === undefined ? {} : { needs: extra.needs }),
    ...(outcome === 'quota' && extra.until !== undefined ? { until: extra.until } : {}),
    checks: [{ name: 'test', status: outcome === 'completed' || outcome === 'in-review' ? 'passed' : 'failed' }],
    summary: outcome === 'completed' ? 'Wrote it.' : '',
    ...(told ? { failure: told } : {}),
    ...(extra.cause ? { cause: extra.cause } : {}),
    agent: { type: 'general-purpose', model: 'sonnet' },
  };
}

export function resultText(run: Pick<PureRun, 'id' | 'inputs'>, outcome: Outcome, extra: Extra = {}): string {
  return `Result\n\n${writeResult(resultOf(run, outcome, extra))}`;
}
