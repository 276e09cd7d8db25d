import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryFromText, memoryToText } from '../../src/github/memory-text.ts';
import { LABEL } from '../../src/state/names.ts';
import { readGroupRecord } from '../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';
import { countedPasses } from '../support/past/counted-passes.ts';
import { finish, planNamed } from '../support/past/past-plans.ts';

/** What a reading leaves out of plans that are over, and what brings it back. Tasks of all plans have the same ids. */

const DAY = 24 * 60 * 60_000;
const EVERY_ISSUE = 11 * 60_000;

let scene: GitHubScene;
/** The issues of the plan `one`, by what they stand for. */
let one: { readonly plan: number; readonly task: number; readonly all: readonly number[] };
beforeEach(async () => {
  scene = await githubScene({ plan: planNamed('one', 2) });
  await finish(scene);
  one = { plan: scene.number('plan'), task: scene.number('T-1'), all: scene.issues().map(({ number }) => number) };
});
afterEach(() => scene.close());

/** What a new process has in view once it has read. */
async function viewOfNewProcess(): Promise<readonly number[]> {
  const { pass, remembered } = countedPasses(scene.town, scene.now);
  await pass();
  return [...remembered().cache.issues.keys()].sort((a, b) => a - b);
}

async function begin(id: string, tasks = 2): Promise<number> {
  await scene.pushPlan(planNamed(id, tasks));
  await scene.settle();
  const plan = scene.decision()?.planIssue;
  if (plan === undefined) throw new Error(`${id} has no issue`);
  return plan;
}

const pastOf = (issue: number) => readGroupRecord(scene.issue(issue).body ?? '')?.past;
const since = (issue: number) => scene.issues().flatMap(({ number }) => (number >= issue ? [number] : []));
const shuffle = <T>(values: readonly T[]) => [...values].sort();

describe('closed issues of a plan that is over', () => {
  it('are left out once another plan has an issue, and that says how many plans there were', async () => {
    const two = await begin('two');

    expect(pastOf(two)).toBe(1);
    expect(await viewOfNewProcess()).toEqual(since(two));
    await scene.label(two, LABEL.start);
    await scene.settle();
    expect(scene.running()).toEqual(['T-1', 'T-2']);
    expect(scene.numbersOf('T-1')).toEqual([one.task, scene.number(scene.view('T-1').issue ?? 0)]);
  });

  it('are left out of further pages, too', async () => {
    const two = await begin('two', 110);
    await scene.label(two, LABEL.start);
    for (let minutes = 4; minutes > 0; minutes--) {
      await scene.pass();
      await scene.pass();
      scene.later(60_000);
    }

    const asked = scene.requests.length;

    expect(since(two).length).toBeGreaterThan(110);
    expect(await viewOfNewProcess()).toEqual(since(two));
    // Not by the numbers that records of waves keep.
    const routes = scene.requests.slice(asked).map(({ route }) => route);
    expect(routes.filter((route) => route.startsWith('graphql ObserveMore'))).toHaveLength(2);
    expect(routes.filter((route) => route.startsWith('graphql ObserveNamed'))).toEqual([]);
  });

  it('leave the memory of a process with the next reading of everything', async () => {
    const two = await begin('two');
    scene.later(EVERY_ISSUE);
    await scene.pass();
    const made = await scene.pass();

    expect([...made.memory.cache.issues.keys()].sort((a, b) => a - b)).toEqual(since(two));
  });

  it.each([
    ['with', false],
    ['without', true],
  ])('count again where the file goes back to their plan, %s a process that goes on', async (_, isWithoutProcess) => {
    const two = await begin('two');
    scene.restart();
    await scene.settle();
    await scene.edit(two, { state: 'closed', state_reason: 'not_planned' });
    const { memory } = await scene.pass();
    await scene.pushPlan(planNamed('one', 2));
    if (isWithoutProcess) await scene.pass(memoryFromText(memoryToText(memory)));
    await scene.settle();

    expect([scene.state('T-1'), scene.state('T-2')]).toEqual(['completed', 'completed']);
    expect(scene.numbersOf('T-1')).toEqual([one.task]);
    expect(scene.decision()?.planIssue).toBe(one.plan);
    expect(await viewOfNewProcess()).toEqual(expect.arrayContaining([...one.all]));
  });

  it('count again where a person opens their plan once more, whichever process sees it', async () => {
    const two = await begin('two');
    scene.restart();
    await scene.settle();
    await scene.edit(one.plan, { state: 'open' });
    const made = await scene.pass();

    const whole = shuffle([...one.all, ...since(two)]);
    expect(shuffle([...made.memory.cache.issues.keys()])).toEqual(whole);
    expect(shuffle(await viewOfNewProcess())).toEqual(whole);
  });

  it('come into view one by one where people touch them, and answer for nothing', async () => {
    const two = await begin('two');
    await scene.comment(one.task, '/retry');
    await scene.edit(one.task, { body: 'nothing is left here' });
    scene.restart();
    await scene.settle();

    // Its wave tells whose it is: no record does any more.
    expect(await viewOfNewProcess()).toEqual(expect.arrayContaining([one.task, ...since(two)]));
    await scene.label(two, LABEL.start);
    await scene.settle();
    expect(scene.view('T-1').issue).toBeGreaterThan(two);
    expect(scene.issue(one.task).state).toBe('closed');
  });

  it('are still answered on by where commands count', async () => {
    await begin('two');
    scene.restart();
    await scene.settle();
    await scene.comment(one.task, '/retry');
    await scene.settle();

    expect(scene.comments(one.task).at(-1)?.body).toContain('`two`');
  });
});

describe('a plan issue that is deleted', () => {
  const remove = (issue: number) =>
    scene.lead.graphql('mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }', {
      id: scene.issue(issue).node_id,
    });

  it('of the present plan is made again from all there is, and says nothing of the past', async () => {
    const two = await begin('two', 4);
    await scene.label(two, LABEL.start);
    await scene.settle();
    const task = scene.view('T-1').issue ?? 0;
    await scene.edit(task, { state: 'closed', state_reason: 'completed' });
    await scene.settle();
    scene.later(DAY);
    await remove(two);
    scene.restart();
    await scene.settle();
    scene.restart();
    await scene.settle();

    const again = scene.decision()?.planIssue ?? 0;
    expect(again).toBeGreaterThan(two);
    expect(pastOf(again)).toBeUndefined();
    expect([scene.view('T-1').issue, scene.state('T-1')]).toEqual([task, 'completed']);
    expect(scene.numbersOf('T-1')).toEqual([one.task, task]);
  });

  it('of a past plan keeps nothing of it from counting where the file goes back to it', async () => {
    await begin('two');
    await scene.label(scene.decision()?.planIssue ?? 0, LABEL.start);
    await scene.settle();
    await finish(scene);
    await remove(one.plan);
    scene.restart();
    await scene.pushPlan(planNamed('one', 2));
    await scene.settle();

    expect([scene.state('T-1'), scene.state('T-2')]).toEqual(['completed', 'completed']);
    expect(scene.view('T-1').issue).toBe(one.task);
  });
});

it('what people opened and labelled long before the plan is adopted, however late its task comes into it', async () => {
  const { data } = await scene.lead.rest.issues.create({ ...scene.repository, title: 'T-3: by hand' });
  await scene.label(data.number, LABEL.task);
  scene.later(DAY);
  const two = await begin('two');
  await scene.label(two, LABEL.start);
  await scene.settle();
  scene.later(DAY);
  // Of all issues it knows but how far back they are wanted, as a pass without a server does.
  const { memory } = await scene.pass();
  await scene.pass(memoryFromText(memoryToText(memory)));
  await scene.settle();
  await scene.pushPlan(planNamed('two', 3));
  await scene.settle();

  expect(pastOf(two)).toBe(1);
  expect(scene.view('T-3').issue).toBe(data.number);
});

it('a plan that a person closed before it was done stays in view, and says what was done', async () => {
  const two = await begin('two', 4);
  await scene.label(two, LABEL.start);
  await scene.settle();
  await scene.edit(scene.view('T-1').issue ?? 0, { state: 'closed', state_reason: 'completed' });
  await scene.settle();
  for (const run of scene.liveRuns()) await run.end();
  await scene.edit(two, { state: 'closed', state_reason: 'not_planned' });
  scene.later(DAY);
  await scene.pushPlan(planNamed('three', 2));
  await scene.settle();
  scene.later(DAY);
  scene.restart();
  await scene.settle();

  expect(scene.issue(two).body).toMatch(/1 of 4/);
  expect(await viewOfNewProcess()).toEqual(since(two));
});
