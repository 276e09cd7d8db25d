import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import type { Plan, TaskId } from '../../src/plan/plan.ts';
import { projectOf } from '../../src/plan/project.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { writeBlock } from '../../src/state/hidden-block.ts';
import { writeTrailers } from '../../src/state/landing-trailers.ts';
import { ownPart } from '../../src/state/own-part.ts';
import {
  newTaskRecord,
  readGroupRecord,
  readTaskRecord,
  writeGroupRecord,
  writeTaskRecord,
} from '../../src/state/record.ts';
import { withRecordPart } from '../../src/state/record-form.ts';
import { readResult } from '../../src/state/result.ts';
import type { BaseCommit, BaseHistory, CommentView, IssueView, Snapshot } from '../../src/state/snapshot.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { VERSION } from '../../src/state/version.ts';
import { writeResult } from '../../src/state/write-result.ts';
import { conflictsReturned } from '../../src/task/checkpoint/resume-work.ts';
import { roundsUsed } from '../../src/task/review/rounds.ts';
import { configOf } from '../support/course.ts';
import { PureWorld } from '../support/pure-world.ts';
import { TASK_RUN } from './scene.ts';

/**
 * Each file is a repository as an earlier version left it: the bodies and comments that it wrote, what it decided of
 * them, and what it would have decided a day later. They were made with its code and are never made again.
 */
const CASES = join(import.meta.dirname, 'cases');

interface Decided {
  readonly tasks: readonly {
    readonly id: string;
    readonly state: string;
    readonly reason: string;
    readonly until?: number;
    readonly stuck: boolean;
    readonly unverified: boolean;
    readonly satisfied: boolean;
    readonly numbers: readonly number[];
    readonly objections: number;
    readonly conflicts: number;
  }[];
  readonly effects: readonly string[];
  readonly notice?: string;
  readonly wakeAt?: number;
}

interface Case {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly decided: Decided;
  readonly aDayLater: Decided;
}

const FIRST = namesIn('version-0.1');
const NAMES = [...FIRST, ...namesIn('version-1')];

function namesIn(version: string): readonly string[] {
  return readdirSync(join(CASES, version)).map((file) => join(version, basename(file, '.json')));
}

type Lines<T> = Omit<T, 'body'> & { readonly body: readonly string[] };

function load(name: string): Case {
  const path = join(CASES, name.includes('/') ? name : join('version-0.1', name));
  const { snapshot, plan, ...rest } = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
  const issues: readonly Lines<IssueView>[] = snapshot.issues;
  const commented: readonly Lines<CommentView>[] = snapshot.comments;
  const comments = commented.map((comment) => ({ ...comment, body: comment.body.join('\n') }));
  return {
    ...rest,
    plan: { id: 'daw', idFromName: true, ...plan },
    snapshot: {
      ...snapshot,
      labels: new Map(snapshot.labels),
      issues: issues.map((issue) => withHistory({ ...issue, body: issue.body.join('\n') }, snapshot.app)),
      comments,
      runs: snapshot.runs.map((run: object) => ({ ...run, ...TASK_RUN })),
      base: baseOf(issues.map(({ body }) => body.join('\n')).concat(comments.map(({ body }) => body))),
      writers: new Set(snapshot.writers),
      dispatched: new Map(snapshot.dispatched),
      refused: new Map(snapshot.refused),
      ...(snapshot.pulls && { pulls: new Map(snapshot.pulls) }),
    },
  };
}

/** What was not asked for then, and the base shows: the landings that records and results tell of. */
function baseOf(bodies: readonly string[]): BaseHistory {
  const commits = bodies.flatMap((body): readonly BaseCommit[] => {
    const [result, record] = [readResult(body), readTaskRecord(body)];
    const commit = result?.commit ?? record?.done?.commit;
    const dispatch = result ?? record;
    const run = result?.run ?? record?.done?.run;
    if (commit === undefined || !dispatch || run === undefined) return [];
    // Of a record the commit itself tells enough.
    const landed = { ...dispatch, issue: result?.issue ?? 0 };
    const message = result ? `It landed\n\n${writeTrailers({ dispatch: landed, run, checks: [] })}\n` : 'It landed\n';
    return [{ oid: commit, message, parents: [] }];
  });
  return { commits, since: undefined, whole: true };
}

/** What was not asked for then, and GitHub shows: its first title, who set the labels, and who closed it. */
function withHistory(issue: IssueView, app: string): IssueView {
  const labelled = new Map(issue.labelled);
  const { closedAs, closedAt } = issue;
  return {
    ...issue,
    firstTitle: issue.title,
    labelled,
    labelChanges: [...labelled].map(([label, set]) => ({ label, added: true, ...set })),
    stateChanges: closedAs === undefined ? [] : [{ to: closedAs, by: app, at: closedAt ?? issue.updatedAt }],
    blockerChanges: [],
    parentChanges: [],
    titled: { by: issue.author, at: issue.createdAt },
    subIssues: 0,
    locked: false,
  };
}

function look({ snapshot, plan }: Pick<Case, 'snapshot' | 'plan'>, now = snapshot.now): Decided {
  const decision = decide({
    snapshot: { ...snapshot, now },
    project: projectOf(plan, configOf('max_parallel: 1\n')),
    timings: TIMINGS,
    derivations: newDerivations(),
  });
  return plain({
    tasks: decision.tasks.map(({ task, state, reason, until, stuck, unverified, satisfied, record }) => ({
      id: task.id,
      state,
      reason,
      until,
      stuck,
      unverified,
      satisfied,
      numbers: [record.attempt, record.slice, record.dispatch, record.history.length],
      objections: roundsUsed(record),
      conflicts: conflictsReturned(record),
    })),
    effects: decision.effects.map(({ key }) => key),
    notice: decision.notice,
    wakeAt: decision.wakeAt,
  });
}

function plain(value: unknown): Decided {
  return JSON.parse(JSON.stringify(value));
}

/** People read some words more simply than 0.1 said them. */
function inWordsOfToday(decided: Decided): Decided {
  const text = JSON.stringify(decided)
    .replaceAll('; mend it, then comment', '; fix it, then comment')
    .replaceAll('), needs-human', '), which needs a person')
    .replaceAll(/\bslice (?=\d)/g, 'part ');
  return asRead(JSON.parse(text));
}

/** Without the marks of Markdown: 0.1 escaped its own twice, and people saw them. */
function asRead(decided: Decided): Decided {
  return JSON.parse(JSON.stringify(decided).replaceAll('\\\\`', '').replaceAll('`', '').replaceAll('&#8203;', ''));
}

/**
 * Every body of the plan is written once more, in the form of today, and who is asked for help is given the issue; nothing
 * else is done that was not done then.
 */
function expectSame(seen: Decided, then: Decided, { issues }: Snapshot): void {
  const now = asRead(seen);
  const { effects, ...rest } = withPauseOfToday(inWordsOfToday(then), now);
  const isBody = (key: string) => key.startsWith('body:');
  const isNew = (key: string) => isBody(key) || key.startsWith('assign:');
  expect({ ...now, effects: now.effects.filter((key) => !isNew(key)) }).toEqual({
    ...rest,
    effects: effects.filter((key) => !isBody(key)),
  });
  expect(now.effects.filter(isBody)).toEqual(issues.map(({ number }) => `body:${number}`));
}

/** A pause is up to a quarter longer than 0.1 made it; nothing else of it is another now. */
function withPauseOfToday(then: Decided, now: Decided): Decided {
  const moments = new Map<number | undefined, number | undefined>();
  const tasks = then.tasks.map((task, nth) => {
    const { until, reason } = now.tasks[nth] ?? task;
    if (task.state !== 'retrying' || task.until === undefined || until === undefined) return task;
    expect(until).toBeGreaterThanOrEqual(task.until);
    expect(until).toBeLessThanOrEqual(task.until + MAX_JITTER_MS);
    moments.set(task.until, until);
    return {
      ...task,
      until,
      reason: reason.replace(/\d\d:\d\d$/, '') === task.reason.replace(/\d\d:\d\d$/, '') ? reason : task.reason,
    };
  });
  const { wakeAt } = then;
  return { ...then, tasks, ...(moments.has(wakeAt) ? { wakeAt: moments.get(wakeAt) as number } : {}) };
}

/** A quarter of the longest pause among the cases, which follow at most three failures. */
const MAX_JITTER_MS = 60_000;

function rewritten(body: string): string {
  const [task, group] = [readTaskRecord(body), readGroupRecord(body)];
  const record = task ? writeTaskRecord(task) : group ? writeGroupRecord(group) : '';
  return withRecordPart(body, { part: ownPart(record), isOurs: true });
}

describe('what an earlier version wrote', () => {
  it.each(NAMES)('decides the same as it did then, and is rewritten once: %s', (name) => {
    const of = load(name);

    expectSame(look(of), of.decided, of.snapshot);
    expectSame(look(of, of.snapshot.now + 24 * 3_600_000), of.aDayLater, of.snapshot);
  });

  it.each(NAMES)('comes to rest when passes go on from it (law 3): %s', (name) => {
    const { snapshot, plan } = load(name);
    const world = new PureWorld();
    world.now = snapshot.now;
    for (const issue of snapshot.issues) world.issues.set(issue.number, issue);
    world.comments.push(...snapshot.comments);
    const { repository, labels, runs, refused, base } = snapshot;
    const seen = () => ({ ...snapshot, ...world.snapshot(snapshot.files), repository, labels, runs, refused, base });
    const pulls = snapshot.pulls ?? new Map();

    let left = 8;
    const next = () => look({ plan, snapshot: { ...seen(), pulls } }).effects;
    for (; left > 0 && next().length > 0; left--) {
      const project = projectOf(plan, configOf('max_parallel: 1\n'));
      const snapshot = { ...seen(), pulls };
      const decision = decide({ snapshot, project, timings: TIMINGS, derivations: newDerivations() });
      world.apply(decision, { answer: 'unsent' });
    }

    expect(next()).toEqual([]);
    expect(left).toBeGreaterThan(0);
  });

  it.each(NAMES)('is the same bytes however often it is read and written: %s', (name) => {
    const { snapshot } = load(name);

    for (const { body } of snapshot.issues) {
      const once = rewritten(body);
      expect(once).toContain(`"v": ${VERSION}`);
      expect(rewritten(once)).toBe(once);
      expect(readTaskRecord(once)).toEqual(readTaskRecord(body));
      expect(readGroupRecord(once)).toEqual(readGroupRecord(body));
      const [task, group] = [readTaskRecord(body), readGroupRecord(body)];
      expect(task ?? group, 'it is a record').toBeDefined();
      expect(task ?? group).toMatchObject({ plan: 'daw', named: 'DAW' });
    }
    for (const { body } of snapshot.comments) {
      const result = readResult(body);
      if (result) expect(readResult(writeResult(result))).toEqual(result);
    }
  });

  it.each([
    ['push-refused-arrives', { kind: 'rule-refused', refusal: 'main takes no push from this token' }],
    ['merge-refused-arrives', { kind: 'rule-refused', allowedBy: expect.stringMatching(/^set `landing: review`, or/) }],
    ['pull-request-refused-arrives', { kind: 'rule-refused', allowedBy: expect.stringMatching(/^give the job/) }],
    ['objections-returned-twice-arrives', { kind: 'objections-returned', round: 2 }],
    ['conflict-returned-arrives', { kind: 'conflict-returned', paths: ['src/a.ts', 'src/b.ts'] }],
    ['conflict-arrives', undefined],
    ['content-refused-arrives', undefined],
    ['infrastructure-arrives', undefined],
  ])('says as a cause what was a sentence in the result of %s', (name, cause) => {
    const results = load(name).snapshot.comments.flatMap(({ body }) => readResult(body) ?? []);

    if (cause) expect(results.at(-1)?.cause).toMatchObject(cause);
    else expect(results.at(-1)).not.toHaveProperty('cause');
  });

  it.each([
    ['refused-often', 'rule-refused'],
    ['objections-returned-folded', 'objections-returned'],
    ['conflict-returned-folded', 'conflict-returned'],
    ['run-cancelled', 'other'],
    ['three-failed-attempts', 'other'],
  ])('says as a cause what was a sentence in the history of %s', (name, kind) => {
    const [record] = load(name).snapshot.issues.flatMap(({ body }) => readTaskRecord(body) ?? []);

    expect(record?.history.at(-1)?.cause?.kind).toBe(kind);
  });

  it('keeps that a conflict was returned, whatever the names of its files hold', () => {
    const [record] = load('conflict-returned-folded').snapshot.issues.flatMap(({ body }) => readTaskRecord(body) ?? []);
    const paths = Array.from({ length: 20 }, (_, nth) => `docs/${nth}, and more.md`).join(', ');
    const past = { ...record?.history.at(-1), cause: undefined, what: `conflict given back: same lines: ${paths}` };
    const body = writeBlock('agent-waves:task-record', { ...record, history: [past] });

    expect(conflictsReturned(readTaskRecord(body) ?? newTaskRecord('', 'A' as TaskId))).toBe(1);
  });

  it.each([
    ['run-cancelled', { kind: 'run-cancelled' }],
    ['cancel-ordered', { kind: 'cancelled', by: 'lead' }],
  ])('says who holds the task of %s', (name, cause) => {
    const [record] = load(name).snapshot.issues.flatMap(({ body }) => readTaskRecord(body) ?? []);

    expect(record?.hold?.cause).toEqual(cause);
  });

  it.each([
    ['push-refused-folded', 'rule-refused'],
    ['dispatch-refused', 'dispatch-refused'],
    ['branch-refused', 'branch-refused'],
  ])('says as a cause why nothing is dispatched: %s', (name, kind) => {
    const [plan] = load(name).snapshot.issues;

    expect(readGroupRecord(plan?.body ?? '')?.refusal?.cause.kind).toBe(kind);
  });
});
