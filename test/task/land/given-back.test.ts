import { existsSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkpointRef } from '../../../src/state/names.ts';
import type { PastDispatch, TaskRecord } from '../../../src/state/record.ts';
import { causeOf, type Result } from '../../../src/state/result.ts';
import { JOB_MINUTES } from '../../../src/task/land/travel.ts';
import { type Machine, startMachine, virtualClock } from '../support/machine.ts';
import { AGENT, CONFIG, inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

/** Work that its agent has finished, and that a run could not land: the next one lands it without the agent. */

let site: Site;
let issue: number;
let dispatched: number;
let history: readonly PastDispatch[];

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => site.close());

const ALL = ['claim', 'baseline', 'agent', 'verify', 'review', 'land', 'report'] as const;

const at = (minute: number) => `2026-11-23T10:${String(minute).padStart(2, '0')}:00Z`;

async function begin(files: Readonly<Record<string, string>> = {}): Promise<void> {
  site = await startSite({ files });
  // Counted outside of the checkout: how often the agent and the tests have run.
  const counting = (what: string) => `echo x >> "${site.folder}/${what}"\n`;
  await site.push('Count', {
    'agent.sh': `${counting('agents')}${AGENT}`,
    'test.sh': `${counting('tests')}[ ! -e "${site.folder}/busy" ] || bash "${site.folder}/busy"\n`,
  });
  dispatched = 0;
  history = [];
  issue = await site.createIssue(liveRecord());
}

/** While it is there, every verification finds that somebody has moved the base before it ended. */
async function keepBaseBusy(): Promise<void> {
  await writeFile(
    join(site.folder, 'busy'),
    `n=$(cat "${site.folder}/n" 2>/dev/null || echo 0); echo $((n + 1)) > "${site.folder}/n"
export GIT_DIR="${site.remote.folder}" GIT_INDEX_FILE="$TMPDIR/moved$n"
export GIT_AUTHOR_NAME=o GIT_AUTHOR_EMAIL=o@example.com GIT_COMMITTER_NAME=o GIT_COMMITTER_EMAIL=o@example.com
git read-tree main && git update-index --add --cacheinfo "100644,$(echo $n | git hash-object -w --stdin),moved$n.txt"
git update-ref refs/heads/main "$(git commit-tree "$(git write-tree)" -p main -m "move $n")"\n`,
  );
}

const letBaseRest = () => rm(join(site.folder, 'busy'));

async function timesRun(what: 'agents' | 'tests'): Promise<number> {
  const file = join(site.folder, what);
  return existsSync(file) ? (await readFile(file, 'utf8')).length / 2 : 0;
}

/** The run that the app would send next, by the ends of those before. */
async function nextRun(changes: Partial<TaskRecord> = {}, minutesOfJob = 0): Promise<Machine> {
  const dispatch = ++dispatched;
  const given = { dispatch, slice: history.filter(({ outcome }) => outcome === 'continued').length + 1 };
  const live = { agent: 'A1', sent: at(2 * dispatch), sends: 1 };
  await site.writeRecord(issue, liveRecord({ ...given, history: [...history], live, ...changes }));
  const clock = virtualClock(undefined, Date.now() + minutesOfJob * 60_000);
  return startMachine(site, { inputs: inputsFor(issue, given), run: 70 + dispatch, clock });
}

/** As the app remembers the end of the newest run. */
function remember(end: Pick<PastDispatch, 'outcome' | 'cause'>): void {
  const times = { sent: at(2 * dispatched), ended: at(2 * dispatched + 1) };
  history = [
    ...history,
    { dispatch: dispatched, attempt: 1, slice: dispatched, agent: 'A1', run: 70 + dispatched, ...times, ...end },
  ];
}

function newestResult(): Result {
  const result = site.issue(issue).results.at(-1);
  if (!result) throw new Error('no run has told a result');
  return result;
}

/** A whole run, and what the app remembers of it. */
async function run(changes: Partial<TaskRecord> = {}): Promise<Result> {
  await (await nextRun(changes)).steps(...ALL);
  const result = newestResult();
  remember({ outcome: result.outcome, cause: causeOf(result) });
  return result;
}

/** After as many verifications as a run makes. */
async function givenBackByABusyBase(): Promise<void> {
  await keepBaseBusy();
  expect(await run()).toMatchObject({ outcome: 'continued', cause: { kind: 'base-busy' } });
  expect(await timesRun('agents')).toBe(1);
}

/** Since its job has too little time left for another verification. */
async function givenBackByALateRun(): Promise<void> {
  const machine = await nextRun({}, JOB_MINUTES.all - 1);
  await machine.steps('claim', 'agent', 'verify', 'review');
  await site.push('Elsewhere', { 'src/other.txt': 'theirs\n' });
  await machine.steps('land', 'report');
  const result = newestResult();
  expect(result).toMatchObject({ outcome: 'continued', cause: { kind: 'base-busy' } });
  expect(await timesRun('agents')).toBe(1);
  remember({ outcome: result.outcome, cause: causeOf(result) });
}

const onMain = (path: string) => site.remote.run('show', `main:${path}`).catch(() => undefined);

describe('work under which the base moved all the time', () => {
  it('lands in the next run without its agent, under what the agent had said of it', async () => {
    await begin();
    await givenBackByABusyBase();
    await letBaseRest();
    const tests = await timesRun('tests');

    const result = await run();

    expect(result).toMatchObject({ outcome: 'completed', summary: 'Wrote src/a.txt.', agent: { seconds: 0 } });
    expect([await timesRun('agents'), (await timesRun('tests')) - tests]).toEqual([1, 1]);
    expect([await onMain('src/a.txt'), await onMain('moved0.txt')]).toEqual(['by A-001', '0']);
    const message = await site.remote.run('log', '-1', '--format=%B', result.commit ?? '');
    expect(message).toContain('A-001: Walls\n\nWrote src/a.txt.\n\nTask: A-001\n');
    expect(await site.ref(checkpointRef(issue))).toBeUndefined();
  });

  it('is given back again where the base still moves, and lands in the run after that', async () => {
    await begin();
    await givenBackByABusyBase();
    expect(await run()).toMatchObject({ outcome: 'continued', cause: { kind: 'base-busy' }, agent: { seconds: 0 } });
    // A run that broke in between says nothing of the work.
    await nextRun();
    remember({ outcome: 'infrastructure', cause: { kind: 'no-result', run: 73 } });
    await letBaseRest();

    expect(await run()).toMatchObject({ outcome: 'completed', summary: 'Wrote src/a.txt.' });
    expect(await timesRun('agents')).toBe(1);
  });

  it('is verified with what the workflow prepared, and with dependencies of its own where it changed what is installed', async () => {
    const config = CONFIG.replace('install: []', 'install: [bash install.sh]');
    const install = 'mkdir -p node_modules && cat package.json > node_modules/installed\n';
    const ignore = { '.gitignore': 'node_modules/\n.env\n' };
    await begin({ '.github/agent-waves.yml': config, 'install.sh': install, 'package.json': 'base\n', ...ignore });
    await site.push('Depend', {
      'agent.sh': `echo x >> "${site.folder}/agents"\n${AGENT}echo work > package.json\n`,
      'test.sh': `grep -q prepared .env && grep -q work node_modules/installed\n`,
    });
    await givenBackByALateRun();
    const machine = await nextRun();
    await machine.workspace.write({ '.env': 'prepared\n' });

    await machine.steps(...ALL);

    expect(newestResult()).toMatchObject({ outcome: 'completed' });
    expect(await timesRun('agents')).toBe(1);
  });

  it('goes to its agent where others have changed the same lines since', async () => {
    await begin();
    await givenBackByALateRun();
    await site.push('The same file', { 'src/a.txt': 'theirs\n' });

    expect(await run()).toMatchObject({ outcome: 'completed' });
    expect(await timesRun('agents')).toBe(2);
  });

  it('goes to its agent where a person has told it something since', async () => {
    await begin();
    await givenBackByALateRun();
    const told = [{ by: 'lead', at: at(4), text: 'Paint them.', dispatch: 2 }];

    expect(await run({ told })).toMatchObject({ outcome: 'completed' });
    expect(await timesRun('agents')).toBe(2);
  });

  it('goes to its agent once something was found wrong with it on the newest base', async () => {
    await begin();
    await givenBackByALateRun();
    await site.push('Demand paint', { 'test.sh': `grep -q paint src/a.txt\n` });
    expect(await run()).toMatchObject({ outcome: 'verification' });
    expect(await timesRun('agents')).toBe(1);

    await run({ attempt: 1 });

    expect(await timesRun('agents')).toBe(2);
  });

  it('is reviewed again, on what it would land on now, and not worked on', async () => {
    const reviewer = `echo x >> "$REVIEWS"; echo '{"verdict":"approve","objections":[],"summary":"Fine."}' > "$AGENT_WAVES_VERDICT"\n`;
    await begin();
    const config = CONFIG.replace(
      'agents:\n',
      'review: code-reviewer\nprotected: [reviewer.sh]\nagents:\n  code-reviewer: { run: command, command: bash reviewer.sh }\n',
    );
    await site.push('Review', {
      '.github/agent-waves.yml': config,
      'reviewer.sh': reviewer.replace('$REVIEWS', `${site.folder}/reviews`),
    });
    await givenBackByALateRun();

    expect(await run()).toMatchObject({ outcome: 'completed', review: { verdict: 'approve' } });
    expect([await timesRun('agents'), await readFile(join(site.folder, 'reviews'), 'utf8')]).toEqual([1, 'x\nx\n']);
  });
});

describe('a run that is ended while its work is verified', () => {
  /** Its job meets the time limit, which is a cancellation to its steps. */
  async function endedWhileVerifying(): Promise<void> {
    await begin();
    await site.push('Wait', {
      'test.sh': `echo x >> "${site.folder}/tests"\n[ -e "${site.folder}/quick" ] || sleep 60\n`,
    });
    const machine = await nextRun();
    await machine.steps('claim', 'agent');
    const cancelled = new AbortController();
    const verifying = machine.step('verify', { signal: cancelled.signal });
    await vi.waitUntil(async () => (await timesRun('tests')) > 0, { timeout: 30_000 });
    cancelled.abort();
    await expect(verifying).rejects.toThrow();
    await machine.step('report', { environment: { JOB_STATUS: 'cancelled' } });
    await writeFile(join(site.folder, 'quick'), '');
  }

  it('leaves what its agent was done with, which lands in the next run without the agent', async () => {
    await endedWhileVerifying();
    remember({ outcome: 'infrastructure', cause: { kind: 'time-limit', run: 71, minutes: 350 } });

    expect(await run()).toMatchObject({ outcome: 'completed', summary: 'Wrote src/a.txt.' });
    expect(await timesRun('agents')).toBe(1);
  });

  it('leaves it to the agent where it was a person that said no', async () => {
    await endedWhileVerifying();
    remember({ outcome: 'cancelled', cause: { kind: 'run-cancelled' } });

    expect(await run()).toMatchObject({ outcome: 'completed' });
    expect(await timesRun('agents')).toBe(2);
  });
});

it('work that a rule of the repository refused lands without its agent once the rule allows it', async () => {
  await begin();
  const hook = join(site.remote.folder, 'hooks/update');
  const machine = await nextRun();
  await machine.steps('claim', 'agent', 'verify');
  await machine.workspace.run('config', '--file', join(site.remote.folder, 'config'), 'core.hooksPath', 'hooks');
  const refusal = 'error: GH013: Repository rule violations found for refs/heads/main.';
  await writeFile(hook, `#!/bin/sh\n[ "$1" = refs/heads/main ] || exit 0\necho "${refusal}" >&2\nexit 1\n`);
  await chmod(hook, 0o755);
  await machine.steps('land', 'report');
  const refused = newestResult();
  expect(refused.cause?.kind).toBe('rule-refused');
  remember({ outcome: refused.outcome, cause: causeOf(refused) });
  await rm(hook);

  expect(await run()).toMatchObject({ outcome: 'completed' });
  expect(await timesRun('agents')).toBe(1);
});
