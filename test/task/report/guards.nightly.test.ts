import { describe, expect, it } from 'vitest';
import { type TestedGuard, testsOfMutant } from '../../support/mutant-tests.ts';

/** How a run ends its claim (docs/adr/0043-a-run-ends-its-claim-by-a-tombstone.md), and the test that fails without it. */

const COPIED = ['test/task', 'packages', 'templates', 'agents', 'action.yml', 'dist'];

const REPORT = 'src/task/report/report.ts';
const CLAIM = 'src/task/claim/claim-ref.ts';
const IN_REPORT = 'test/task/report/report.test.ts';
const SECOND =
  'a second run of a dispatch whose agent was at work has nothing left to spend; the next dispatch goes on';

const GUARDS: readonly TestedGuard[] = [
  {
    against: 'a claim that is free once its run has ended',
    file: REPORT,
    snippet: "if (readOutput(context, 'claim.conclusion')) return giveUpClaim(context.job, assignment);",
    by: 'if (context !== undefined) return giveUpClaim(context.job, assignment);',
    test: IN_REPORT,
    named: SECOND,
  },
  {
    against: 'a tombstone that a run of its dispatch passes by',
    file: CLAIM,
    snippet: 'if (held && held.holder.dispatch >= dispatch.dispatch) {',
    by: 'if (held && held.holder.run !== NO_RUN && held.holder.dispatch >= dispatch.dispatch) {',
    test: IN_REPORT,
    named: SECOND,
  },
  {
    against: 'a tombstone that keeps the next dispatch off',
    file: CLAIM,
    snippet: 'if (held && held.holder.dispatch >= dispatch.dispatch) {',
    by: 'if (held && (held.holder.run === NO_RUN || held.holder.dispatch >= dispatch.dispatch)) {',
    test: IN_REPORT,
    named: SECOND,
  },
  {
    against: 'a cancelled run whose claim another one of its dispatch takes',
    file: REPORT,
    snippet: "  await endClaim(context, assignment);\n  notice('Cancelled',",
    by: "  await giveUpClaim(job, assignment);\n  notice('Cancelled',",
    test: IN_REPORT,
    named: 'a cancelled run says nothing on the issue, and a second run of its dispatch does nothing',
  },
];

describe('a copy of the product', () => {
  it('passes where nothing was taken out', async () => {
    const { failed, passed } = await testsOfMutant(
      { file: CLAIM, snippet: 'const MAX_TRIES = 10;', by: 'const MAX_TRIES = 10;', test: IN_REPORT },
      COPIED,
    );

    expect(failed).toEqual([]);
    expect(passed).toContain(SECOND);
  });

  it.each(GUARDS)('fails without its guard against $against', async (guard) => {
    const { failed } = await testsOfMutant(guard, COPIED);

    expect(failed).toEqual([guard.named]);
  });
});
