import { writeTrailers } from '../../state/landing-trailers.ts';
import { type DispatchInputs, dispatchTitle, TASK_WORKFLOW_PATH } from '../../state/names.ts';
import { type CommentView, type IssueView, instant } from '../../state/snapshot.ts';
import { baseCommitOid, headOf, type WorldDraft, type WorldRun } from './world.ts';

/** What the app, a run or a person does to the world, whoever it is. */

type NewIssue = Pick<IssueView, 'title' | 'body' | 'labels' | 'parent'> & { readonly by: string };

/** @returns Its number. */
export function openIssue(world: WorldDraft, { by, ...given }: NewIssue): number {
  const number = ++world.lastNumber;
  const at = instant(world.now);
  world.issues.set(number, {
    ...given,
    firstTitle: given.title,
    id: `I_${number}`,
    number,
    open: true,
    closedAs: undefined,
    closedAt: undefined,
    closedBy: undefined,
    reopenedAt: undefined,
    reopenedBy: undefined,
    author: by,
    writer: by,
    createdAt: at,
    labelled: new Map(given.labels.map((label) => [label, { by, at }])),
    labelChanges: given.labels.map((label) => ({ label, added: true, by, at })),
    stateChanges: [],
    blockedBy: [],
    blockerChanges: [],
    parentChanges: given.parent === undefined ? [] : [{ parent: given.parent, by, at }],
    subIssues: 0,
    titled: { by, at },
    locked: false,
    updatedAt: at,
  });
  return number;
}

export function issueOf(world: Pick<WorldDraft, 'issues'>, number: number): IssueView {
  const issue = world.issues.get(number);
  if (!issue) throw new Error(`there is no issue #${number}`);
  return issue;
}

export function editIssue(
  world: WorldDraft,
  { number, ...edit }: Partial<IssueView> & Pick<IssueView, 'number'>,
): void {
  const at = instant(world.now);
  const edited = edit.body === undefined ? {} : { editedAt: at };
  world.issues.set(number, { ...issueOf(world, number), ...edit, ...edited, updatedAt: at });
}

interface Placing {
  readonly issue: number;
  readonly parent: number | undefined;
  readonly by: string;
}

export function placeIssue(world: WorldDraft, { issue: number, parent, by }: Placing): void {
  const { parentChanges } = issueOf(world, number);
  editIssue(world, { number, parent, parentChanges: [...parentChanges, { parent, by, at: instant(world.now) }] });
}

interface Labelling {
  readonly issue: number;
  readonly label: string;
  readonly by: string;
}

export function addLabel(world: WorldDraft, { issue, label, by }: Labelling): void {
  const { labels, labelled, labelChanges } = issueOf(world, issue);
  if (labels.includes(label)) return;
  const at = instant(world.now);
  editIssue(world, {
    number: issue,
    labels: [...labels, label],
    labelled: new Map(labelled).set(label, { by, at }),
    labelChanges: [...labelChanges, { label, added: true, by, at }],
  });
}

export function removeLabel(world: WorldDraft, { issue, label, by }: Labelling): void {
  const { labels, labelChanges } = issueOf(world, issue);
  if (!labels.includes(label)) return;
  editIssue(world, {
    number: issue,
    labels: labels.filter((other) => other !== label),
    labelChanges: [...labelChanges, { label, added: false, by, at: instant(world.now) }],
  });
}

export function closeIssue(
  world: WorldDraft,
  { issue, as, by }: { readonly issue: number; readonly as: NonNullable<IssueView['closedAs']>; readonly by: string },
): void {
  const at = instant(world.now);
  const { closedAs, stateChanges } = issueOf(world, issue);
  if (closedAs === as) return;
  editIssue(world, {
    number: issue,
    open: false,
    closedAs: as,
    closedAt: at,
    closedBy: by,
    stateChanges: [...stateChanges, { to: as, by, at }],
  });
}

export function reopenIssue(world: WorldDraft, { issue, by }: { readonly issue: number; readonly by: string }): void {
  const at = instant(world.now);
  const { open, stateChanges } = issueOf(world, issue);
  if (open) return;
  editIssue(world, {
    number: issue,
    open: true,
    closedAs: undefined,
    closedAt: undefined,
    closedBy: undefined,
    reopenedAt: at,
    reopenedBy: by,
    stateChanges: [...stateChanges, { to: 'open', by, at }],
  });
}

/** @returns The id of the comment. */
export function addComment(
  world: WorldDraft,
  { edited = false, ...given }: Pick<CommentView, 'issue' | 'author' | 'body'> & { readonly edited?: boolean },
): number {
  const id = ++world.lastId;
  world.comments.push({ ...given, id, nodeId: `C_${id}`, createdAt: instant(world.now), edited });
  return id;
}

export function startRun(world: WorldDraft, inputs: DispatchInputs): WorldRun {
  const at = instant(world.now);
  const run: WorldRun = {
    id: ++world.lastId,
    title: dispatchTitle(inputs),
    ended: false,
    conclusion: undefined,
    actor: world.app,
    path: TASK_WORKFLOW_PATH,
    event: 'workflow_dispatch',
    branch: world.repository.defaultBranch,
    createdAt: at,
    updatedAt: at,
    inputs,
    step: 'queued',
  };
  world.runs.set(run.id, run);
  return run;
}

export function endRun(
  world: WorldDraft,
  { run, conclusion }: { readonly run: WorldRun; readonly conclusion: string },
): void {
  world.runs.set(run.id, { ...run, step: 'over', ended: true, conclusion, updatedAt: instant(world.now) });
}

/** The base gains a commit. @returns its name. @internal Beside `landWork`, for tests in which people push. */
export function commitToBase(world: WorldDraft, message: string): string {
  world.commits += 1;
  const oid = baseCommitOid(world.commits);
  world.base.unshift({ oid, message, parents: [headOf(world)] });
  return oid;
}

/** A run's work lands. @returns the commit. */
export function landWork(world: WorldDraft, { id, inputs }: Pick<WorldRun, 'id' | 'inputs'>): string {
  const checks = [{ name: 'test', status: 'passed' }];
  const trailers = writeTrailers({ dispatch: inputs, run: id, checks });
  return commitToBase(world, `${inputs.task}: Work on ${inputs.task}\n\nWrote it.\n\n${trailers}\n`);
}
