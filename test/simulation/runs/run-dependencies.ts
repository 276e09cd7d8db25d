import { closedAs } from '../../../src/state/closed-as.ts';
import { evidenceOn, landedDispatch } from '../../../src/state/evidence.ts';
import { readTaskRecord, type TaskRecord } from '../../../src/state/record.ts';
import { unlessCopied } from '../../../src/state/record-identity.ts';
import { endOf } from '../../../src/state/rules.ts';
import { isOver } from '../../../src/state/satisfied.ts';
import { isAmbiguous, readIssues } from '../../../src/task/claim/issue.ts';
import type { Clock } from '../../../src/task/protocol/clock.ts';
import type { TaskRunInput } from './run-input.ts';

/** Pre-execution verification: every dependency satisfied, and what it landed on the base. */
export async function missingDependencies(
  record: TaskRecord | undefined,
  { client, job, clock, git, look, planted }: TaskRunInput,
): Promise<readonly string[]> {
  if (!record || planted.has('dependencies')) return [];
  const numbers = Object.values(record.needs);
  for (let left = 12; ; left--) {
    const issues = await patiently(clock, () => readIssues(client, { job, numbers }));
    const evidence = evidenceOn({ commits: await git.baseCommits(look().head()), since: undefined, whole: true });
    const missing = numbers.filter((number) => {
      const issue = issues.find((each) => each.number === number);
      const of = issue && unlessCopied(readTaskRecord(issue.body), number);
      if (!issue || !of) return !issue || issue.open || closedAs(issue.reason) !== 'completed';
      const view = { open: issue.open, closedAs: issue.open ? undefined : closedAs(issue.reason) };
      if (!isOver({ state: endOf({ issue: view, record: of }), record: of })) return true;
      if (!of.done || of.lost) return false;
      const { kind } = evidence.standing({ issue: number, done: of.done, dispatch: landedDispatch(of) });
      return kind === 'gone' || kind === 'reverted';
    });
    if (missing.length === 0 || left === 0) return missing.map((number) => `#${number} is not completed`);
    await clock.sleep(8_000);
  }
}

async function patiently<T>(clock: Clock, read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      if (!isAmbiguous(error) || tries === 6) throw error;
      await clock.sleep(2_000 * tries);
    }
  }
}
