import { Octokit } from '@octokit/rest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { claimMessage, claimRef, NO_RUN } from '../../../src/state/names.ts';
import { type Machine, startMachine, virtualClock } from '../support/machine.ts';
import { CONFIG, inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

/** The last question before work lands: does anybody still want it? Whatever a pass has seen by then. */

let site: Site;
let issue: number;
let wave: number;
let machine: Machine;

afterEach(() => site.close());

const REPOSITORY = { owner: 'acme', repo: 'small' };

async function verified(landing: 'push' | 'merge' | 'review' = 'push'): Promise<void> {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const config = CONFIG.replace('landing: push', `landing: ${landing}`);
  site = await startSite({ files: { '.github/agent-waves.yml': config } });
  issue = await site.createIssue(liveRecord());
  const { data: parent } = await site.octokit.rest.issues.create({ ...REPOSITORY, title: 'Wave 2: House' });
  wave = parent.number;
  const { data: child } = await site.octokit.rest.issues.get({ ...REPOSITORY, issue_number: issue });
  await site.octokit.rest.issues.addSubIssue({ ...REPOSITORY, issue_number: wave, sub_issue_id: child.id });
  machine = await startMachine(site, { inputs: inputsFor(issue), run: 70 });
  await machine.workBy((workspace) => workspace.write({ 'src/a.txt': 'walls\n' }));
  await machine.step('verify');
}

const close = (issue_number: number, state_reason: 'not_planned' | 'completed', by: Octokit = site.octokit) =>
  by.rest.issues.update({ ...REPOSITORY, issue_number, state: 'closed', state_reason });

const conclusion = () => machine.output('land.conclusion');

const NOES: readonly (readonly [string, () => Promise<unknown>, string])[] = [
  ['closed as not planned', () => close(issue, 'not_planned'), 'lead closed #1 as not planned'],
  ['closed as completed by hand', () => close(issue, 'completed'), 'lead closed #1 as completed'],
  ['within a wave closed as not planned', () => close(wave, 'not_planned'), 'lead closed #2 as not planned'],
  [
    'left out by /skip',
    () => site.writeRecord(issue, liveRecord({ skipped: true })),
    'the task was left out by `/skip`',
  ],
  [
    'without this dispatch in its record',
    () => site.writeRecord(issue, liveRecord({ live: undefined })),
    'dispatch 1 is over: a person said no to the task',
  ],
  [
    'asking for another dispatch',
    () => site.writeRecord(issue, liveRecord({ dispatch: 2 })),
    'dispatch 2 has replaced 1',
  ],
];

describe.each(['push', 'merge', 'review'] as const)('landing by %s', (landing) => {
  test.each(NOES)('lands nothing of a task that is %s by then', async (_, sayNo, why) => {
    await verified(landing);
    const before = await site.ref('refs/heads/main');
    await sayNo();

    await machine.step('land');

    expect(conclusion()).toEqual({ outcome: 'superseded', why });
    expect(await site.ref('refs/heads/main')).toBe(before);
    const { data: open } = await site.octokit.rest.pulls.list({ ...REPOSITORY, state: 'open' });
    expect(open).toEqual([]);
  });

  test('lands what somebody closed who may not write', async () => {
    await verified(landing);
    const triager = site.github.createUser({ login: 'triager' });
    site.github.addCollaborator({ repository: 'acme/small', login: 'triager', permission: 'triage' });
    await close(issue, 'not_planned', new Octokit({ auth: triager.token, baseUrl: site.github.apiUrl }));

    await machine.step('land');

    expect(conclusion()?.outcome).toBe(landing === 'review' ? 'in-review' : 'completed');
  });
});

test('lands although a person copied the record of another issue over its own: that tells nothing of this one', async () => {
  await verified();
  await site.writeRecord(issue, liveRecord({ issue: issue + 40, dispatch: 9 }));

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('completed');
});

test('lands nothing over a tombstone, and the run ends green with its claim left as it is', async () => {
  await verified();
  const tombstone = await bury(1);

  const end = await machine.steps('land', 'report');

  expect(conclusion()?.outcome).toBe('superseded');
  expect(end).toEqual({ outputs: { outcome: 'superseded' } });
  expect(await site.ref(claimRef(issue))).toBe(tombstone);
  expect(site.issue(issue)).toMatchObject({ state: 'open', bodies: [] });
});

test('leaves an issue as a person closed it after the work had landed', async () => {
  await verified();
  await machine.step('land');
  await close(issue, 'not_planned');
  await site.commitProgress('A-001');

  await machine.step('report');

  expect(site.issue(issue)).toMatchObject({ state: 'closed', reason: 'not_planned' });
  expect(site.issue(issue).results).toMatchObject([{ outcome: 'completed' }]);
});

test('reads the issue again where GitHub stumbles at that moment', async () => {
  await verified();
  site.github.faults.push({
    on: 'request',
    route: /^graphql StillWanted/,
    count: 1,
    answer: { status: 502, message: 'Bad gateway' },
  });
  await close(issue, 'not_planned');

  await machine.step('land');

  expect(conclusion()?.outcome).toBe('superseded');
});

describe('between two pushes of which the first lost', () => {
  test('asks nobody again within seconds', async () => {
    await verified();
    loseToPush({ 'PROGRESS.md': '# Progress\n\nOne more.\n' });

    await machine.step('land');

    expect(conclusion()?.outcome).toBe('completed');
    expect(questions()).toBe(1);
  });

  test('lands nothing after a no that a person says while the work is verified again', async () => {
    await verified();
    loseToPush({ 'src/b.txt': 'roof\n', 'test.sh': closing() });

    await machine.step('land');

    expect(site.issue(issue)).toMatchObject({ state: 'closed', reason: 'not_planned' });
    expect(conclusion()).toEqual({ outcome: 'superseded', why: 'lead closed #1 as not planned' });
    expect(await site.remote.run('ls-tree', '--name-only', 'main', 'src/a.txt')).toBe('');
    expect(questions()).toBe(2);
  });

  test('lands nothing after a no that is said while it waits for more than ten seconds', async () => {
    await verified();
    loseToPush({ 'PROGRESS.md': '# Progress\n\nOne more.\n' });
    let now = Date.now();
    const sleep = async () => {
      await close(issue, 'not_planned');
      now += 10_001;
    };

    await machine.step('land', { clock: { now: () => now, elapsed: () => now, sleep } });

    expect(conclusion()).toEqual({ outcome: 'superseded', why: 'lead closed #1 as not planned' });
  });

  test('pushes nothing once the app has moved the claim at a no', async () => {
    await verified();
    loseToPush({ 'PROGRESS.md': '# Progress\n\nOne more.\n' });
    const before = await site.ref('refs/heads/main');
    const clock = virtualClock(async () => void (await bury(1)));

    await machine.step('land', { clock });

    expect(conclusion()?.outcome).toBe('superseded');
    expect(questions()).toBe(1);
    expect(await site.remote.run('log', '--format=%s', `${before}..main`)).toBe('Another was faster');
  });
});

/** Somebody else pushes at the moment at which the run does, and is faster. */
function loseToPush(files: Readonly<Record<string, string>>): void {
  const pushed = Promise.withResolvers<unknown>();
  let pushes = 0;
  const when = (): boolean => {
    if (++pushes > 1) return false;
    pushed.resolve(site.push('Another was faster', files));
    return true;
  };
  site.github.faults.push({ on: 'request', method: 'GET', route: 'git receive-pack', when, delay: pushed.promise });
}

/** A test of the repository during which the lead closes the issue as not planned. */
function closing(): string {
  const url = `${site.github.apiUrl}/repos/acme/small/issues/${issue}`;
  const headers = { authorization: `Bearer ${site.token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ state: 'closed', state_reason: 'not_planned' });
  const request = JSON.stringify({ method: 'PATCH', headers, body });
  return `node -e 'fetch(${JSON.stringify(url)}, ${request}).then(({ ok }) => process.exit(ok ? 0 : 1))'\n`;
}

function questions(): number {
  return site.requests.filter(({ route }) => route.startsWith('graphql StillWanted')).length;
}

describe('a tombstone', () => {
  test('lets no run of its dispatch take the task: one that was still queued', async () => {
    await verified();
    await bury(1);
    const queued = await startMachine(site, { inputs: inputsFor(issue), run: 71 });

    await queued.step('claim');

    expect(queued.output('claim.assignment')).toBeUndefined();
  });

  test('gives way to a higher dispatch', async () => {
    await verified();
    await bury(1);
    await site.writeRecord(issue, liveRecord({ dispatch: 2 }));
    const next = await startMachine(site, { inputs: inputsFor(issue, { dispatch: 2 }), run: 72 });

    await next.step('claim');

    expect(next.output('claim.assignment')).toBeDefined();
  });
});

/** As the app does it: a commit that says so, without a checkout. */
async function bury(dispatch: number): Promise<string> {
  const tree = await site.remote.run('rev-parse', 'main^{tree}');
  const message = claimMessage({ dispatch, run: NO_RUN });
  const { data } = await site.octokit.rest.git.createCommit({ ...REPOSITORY, message, tree });
  const ref = claimRef(issue).replace(/^refs\//, '');
  await site.octokit.rest.git.updateRef({ ...REPOSITORY, ref, sha: data.sha, force: true });
  return data.sha;
}
