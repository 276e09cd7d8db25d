import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessorWatch } from '../../../src/cli/rehearse/processor-time.ts';

let watch: ProcessorWatch;
afterEach(() => watch.close());

/** Works for 300 ms of processor time. */
const BUSY = 'const begin = process.cpuUsage().user; while (process.cpuUsage().user - begin < 300_000);';

/** It is there until this process hears of it. */
function hasEnded({ pid }: ChildProcess): boolean {
  return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

async function toItsEnd(program: string, args: readonly string[]): Promise<void> {
  await once(spawn(program, args, { stdio: 'ignore' }), 'exit');
}

describe.runIf(existsSync('/proc/self/stat'))('the processor time of what was started', () => {
  it('is that of the steps with all that these have waited for, of the app, or of what serves GitHub', async () => {
    watch = new ProcessorWatch();

    await toItsEnd('bash', ['-c', `'${process.execPath}' -e '${BUSY}'; true`]);
    const steps = watch.read();
    await toItsEnd(process.execPath, ['-e', 'serve']);
    await toItsEnd('git', ['--version']);

    expect(steps?.steps_s).toBeGreaterThanOrEqual(0.25);
    expect(steps).toMatchObject({ app_s: 0, rehearsal_processes_s: 0, estimated_s: 0 });
    expect(watch.read()?.app_s).toBeGreaterThan(0);
    expect(watch.read()?.steps_s).toBe(steps?.steps_s);
  });

  it('is shared by averages where processes of several parts end at one moment', async () => {
    watch = new ProcessorWatch();
    await toItsEnd('bash', ['-c', `'${process.execPath}' -e '${BUSY}'; true`]);
    await toItsEnd('git', ['--version']);
    const children = [
      spawn('bash', ['-c', `'${process.execPath}' -e '${BUSY}'; true`], { stdio: 'ignore' }),
      spawn('git', ['--version'], { stdio: 'ignore' }),
    ];
    const ends = children.map((child) => once(child, 'exit'));
    // Neither is heard of before both have ended.
    const ticks = new Int32Array(new SharedArrayBuffer(4));
    while (!children.every(hasEnded)) Atomics.wait(ticks, 0, 0, 20);
    await Promise.all(ends);

    const { steps_s, rehearsal_processes_s, estimated_s } = watch.read() ?? {};

    expect(estimated_s).toBeGreaterThanOrEqual(0.25);
    expect(steps_s).toBeGreaterThanOrEqual(0.5);
    expect(rehearsal_processes_s).toBeLessThan(0.1);
  });

  it('is known of the ones that still run', async () => {
    watch = new ProcessorWatch();
    const child = spawn('bash', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
    while ((watch.read()?.steps_s ?? 1) < 0.1) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(watch.read()?.steps_s).toBeGreaterThanOrEqual(0.1);
  });
});

it('is not known where the machine does not tell', async () => {
  watch = new ProcessorWatch((pid) => `/nowhere/${pid}/stat`);

  await toItsEnd('git', ['--version']);

  expect(watch.read()).toBeNull();
});
