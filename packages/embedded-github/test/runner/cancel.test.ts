import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actionFolder, job, type StartedRun, start } from './support/run.ts';

/** Settles with the content once a step has written something into this file of the run's folder. */
async function written(started: StartedRun, name: string): Promise<string> {
  const path = join(started.folder, name);
  const content = (): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  while (content() === '') {
    await new Promise<void>((resolve) => {
      const watcher = watch(started.folder, { recursive: true }, () => {
        watcher.close();
        resolve();
      });
      if (content() !== '') {
        watcher.close();
        resolve();
      }
    });
  }
  return content();
}

function alive(pid: string): boolean {
  try {
    return !readFileSync(`/proc/${pid.trim()}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

const script = (text: string): string => JSON.stringify(text.trim());

test('a cancelled node step that was started with exec hears SIGINT, and always() steps run after it', async () => {
  const program = `
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => { console.log('heard ' + name); process.exit(1); });
    setInterval(() => {}, 1000);
    require('node:fs').writeFileSync(process.env.RUNNER_TEMP + '/ready', 'ready');`;
  const started = start(
    job(`
- { name: wait, env: { PROGRAM: ${script(program)} }, run: 'exec node -e "$PROGRAM"' }
- { name: next, run: exit 0 }
- { name: last, if: always(), run: 'echo "status \${{ job.status }}"' }
- { name: also, if: cancelled(), run: exit 0 }
`),
  );
  await written(started, 'build/temp/ready');

  started.handle.cancel();
  await started.handle.done;

  expect(started.conclusion()).toBe('cancelled');
  expect(started.jobs[0]?.steps.map((step) => step.conclusion)).toEqual([
    ...['cancelled', 'skipped', 'success', 'success'],
  ]);
  expect(started.read('build/01-wait.log')).toContain('heard SIGINT');
  expect(started.read('build/03-last.log')).toContain('status cancelled');
});

test('a cancelled shell that does not pass signals on gets SIGTERM later, and SIGKILL for all of its group', async () => {
  const program = `
trap 'echo heard INT' INT
trap 'echo heard TERM' TERM
sleep 300 & echo $! > "$RUNNER_TEMP/child"
while true; do wait || true; done`;
  const started = start(job(`- { name: stubborn, run: ${script(program)} }`));
  const child = await written(started, 'build/temp/child');

  started.handle.cancel();
  await started.handle.done;

  expect(started.conclusion()).toBe('cancelled');
  expect(started.read('build/01-stubborn.log')).toMatch(/^heard INT\nheard TERM$/m);
  expect(alive(child)).toBe(false);
});

test('always() steps inside a composite action run after a cancel', async () => {
  const program = 'echo > "$RUNNER_TEMP/ready"\nexec sleep 300';
  const started = start(
    job(`
- { name: wait, run: ${script(program)} }
- { name: greet, if: always(), uses: agent-waves/greet@v1 }
`),
  );
  await written(started, 'build/temp/ready');

  started.handle.cancel();
  await started.handle.done;

  expect(started.read('build/summary.md')).toBe('reported \n');
});

test('a composite action that is cancelled in its middle hears of it, and still runs its own always() steps', async () => {
  const started = start(job('- { name: task, uses: agent-waves/waits@v1 }\n- { name: next, run: exit 0 }'), {
    options: { actions: { 'agent-waves/waits': join(actionFolder, 'waits') } },
  });
  await written(started, 'build/temp/ready');

  started.handle.cancel();
  await started.handle.done;

  expect(started.read('build/summary.md')).toBe('heard SIGINT\nreported, job cancelled\n');
  expect(started.jobs[0]?.steps.map((step) => step.conclusion)).toEqual(['cancelled', 'skipped']);
  expect(started.conclusion()).toBe('cancelled');
});

test('a running always() step is not interrupted by a cancel', async () => {
  const program = 'echo > "$RUNNER_TEMP/ready"\nuntil test -e "$RUNNER_TEMP/go"; do sleep 0.05; done\necho finished';
  const started = start(job(`- { name: steady, if: always(), run: ${script(program)} }`));
  await written(started, 'build/temp/ready');

  started.handle.cancel();
  writeFileSync(join(started.folder, 'build/temp/go'), '');
  await started.handle.done;

  expect(started.read('build/01-steady.log')).toContain('finished');
  expect(started.conclusion()).toBe('cancelled');
});

test('a machine that has lost its connection goes on after a cancel', async () => {
  const program = 'echo > "$RUNNER_TEMP/ready"\nuntil test -e "$RUNNER_TEMP/go"; do sleep 0.05; done';
  const started = start(job(`- { name: deaf, run: ${script(program)} }`), {
    options: { ignoreCancel: (runId) => runId === 7 },
  });
  await written(started, 'build/temp/ready');

  started.handle.cancel();
  writeFileSync(join(started.folder, 'build/temp/go'), '');
  await started.handle.done;

  expect(started.conclusion()).toBe('success');
});

test('kill ends everything at once, also what left the process group, and says nothing more', async () => {
  const program = `
    const { spawn } = require('node:child_process');
    const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH } });
    const { renameSync, writeFileSync } = require('node:fs');
    writeFileSync(process.env.RUNNER_TEMP + '/new', String(child.pid));
    renameSync(process.env.RUNNER_TEMP + '/new', process.env.RUNNER_TEMP + '/child');
    setInterval(() => {}, 1000);`;
  const started = start(
    job(`
- { name: wait, env: { PROGRAM: ${script(program)} }, run: 'node -e "$PROGRAM"' }
- { name: last, if: always(), run: echo > "$RUNNER_TEMP/after" }
`),
  );
  const child = await written(started, 'build/temp/child');

  started.handle.kill();
  await started.handle.done;

  expect(alive(child)).toBe(false);
  expect(existsSync(join(started.folder, 'build/temp/after'))).toBe(false);
  expect([started.jobs, started.conclusion()]).toEqual([[], undefined]);
});

test('what a finished job left running is ended with it', async () => {
  const program = 'setsid sleep 300 & echo $! > "$RUNNER_TEMP/../child"';
  const started = start(job(`- { name: leave, run: ${script(program)} }`));

  await started.handle.done;

  expect(started.conclusion()).toBe('success');
  expect(alive(started.read('build/child'))).toBe(false);
});

test('a job that waits for a place when its run is cancelled never starts, unless it wants to run always', async () => {
  const started = start(
    `on: push
jobs:
  first: { runs-on: ubuntu-latest, steps: [{ run: 'echo > "$RUNNER_TEMP/ready"; exec sleep 300' }] }
  second: { runs-on: ubuntu-latest, steps: [{ run: exit 0 }] }
  third: { if: always(), runs-on: ubuntu-latest, steps: [{ run: exit 0 }] }
`,
    { options: { concurrentJobs: 1 } },
  );
  await written(started, 'first/temp/ready');

  started.handle.cancel();
  await started.handle.done;

  const ended = Object.fromEntries(started.jobs.map((one) => [one.name, [one.conclusion, one.steps.length]]));
  expect(ended).toEqual({ first: ['cancelled', 1], second: ['cancelled', 0], third: ['success', 1] });
});

test('a job is cancelled when its time is used up', async () => {
  const started = start(job('- { name: slow, run: exec sleep 300 }', 'timeout-minutes: 0.005'));

  await started.handle.done;

  expect(started.conclusion()).toBe('cancelled');
});

test('what a background process prints after its step is left out, and harms nothing', async () => {
  const started = start(
    job(`
- { name: leave, run: '(until test -e go; do sleep 0.02; done; echo late; echo > gone) &' }
- { name: wait, run: 'echo > go; until test -e gone; do sleep 0.02; done' }
`),
  );

  await started.handle.done;

  expect(started.conclusion()).toBe('success');
  expect(started.read('build/01-leave.log')).not.toMatch(/^late$/m);
});
