import { readFile } from 'node:fs/promises';
import { eventually } from '../../support/waiting.ts';

/** Killed at once, gone when the system has reaped it: waits for that. */
export async function untilGone(pid: number): Promise<void> {
  if (!(pid > 1)) throw new Error(`${pid} is no process id`);
  await eventually(`process ${pid} is gone`, () => isGone(pid));
}

async function isGone(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  return status === undefined || /^State:\s+Z/m.test(status);
}
