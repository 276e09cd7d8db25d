import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startMachine } from '../support/machine.ts';
import { CONFIG, inputsFor, liveRecord, type Site, startSite } from '../support/site.ts';

/** Whose fault a run's end is, through the steps of the action up to the comment that the app reads. */

let site: Site;
afterEach(() => site.close());

async function resultOf(files: Readonly<Record<string, string>>) {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  site = await startSite({ files });
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, { inputs: inputsFor(issue) });
  await machine.steps('claim', 'agent', 'verify', 'land', 'report');
  const { results, bodies } = site.issue(issue);
  return { result: results.at(-1), comment: bodies.at(-1) ?? '' };
}

it('an agent that fails before it changed anything costs no attempt', async () => {
  const { result } = await resultOf({ 'agent.sh': 'echo "no network"; exit 1\n' });

  expect(result).toMatchObject({ outcome: 'infrastructure', failure: { what: 'the agent ended with 1' } });
});

it('an agent that fails in the middle of its work costs one', async () => {
  const { result } = await resultOf({ 'agent.sh': 'mkdir -p src; echo half > src/a.txt; exit 1\n' });

  expect(result?.outcome).toBe('agent');
});

it('a check whose program the runner lacks asks a person for it, in words of the comment', async () => {
  const config = CONFIG.replace('test: bash test.sh', 'test: no-such-runner test');
  const { result, comment } = await resultOf({ '.github/agent-waves.yml': config });

  expect(result).toMatchObject({ outcome: 'infrastructure', needs: 'person', cause: { kind: 'setup' } });
  expect(result?.checks.find(({ name }) => name === 'test')).toMatchObject({ status: 'failed', tries: 1 });
  expect(comment).toContain('could not be worked on or landed here: a person has to bring what is missing');
  expect(comment).toContain('installs `no-such-runner`');
});

it('a check that fails inside a script of the repository, for whatever it lacks, is the work', async () => {
  const { result } = await resultOf({ 'test.sh': 'no-such-helper\n' });

  expect(result?.outcome).toBe('verification');
});

it('a toolchain that the repository names and no run can bring is asked of a person with its step', async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const config = CONFIG.replace('install: []\n', '');
  site = await startSite({ files: { '.github/agent-waves.yml': config, 'Cargo.toml': '', 'rust-toolchain.toml': '' } });
  const issue = await site.createIssue(liveRecord());
  const machine = await startMachine(site, { inputs: inputsFor(issue) });
  const bin = join(site.folder, 'bin');
  await mkdir(bin);
  await writeFile(
    join(bin, 'rustc'),
    '#!/bin/sh\necho "error: could not create ~/.rustup: Permission denied" >&2\nexit 1\n',
  );
  await chmod(join(bin, 'rustc'), 0o755);
  await machine.step('claim');
  await machine.step('agent', { environment: { PATH: `${bin}:/usr/bin:/bin` } });
  await machine.step('report');

  const { results } = site.issue(issue);
  expect(results.at(-1)).toMatchObject({
    outcome: 'infrastructure',
    needs: 'person',
    cause: { kind: 'setup', fix: expect.stringContaining('`- run: rustup toolchain install`') },
  });
});
