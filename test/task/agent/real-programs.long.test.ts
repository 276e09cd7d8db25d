import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENT_PROGRAMS, type AgentProgram, findAgentProgram } from '../../support/agent-programs.ts';
import { inOrder, type ProviderFailure, say, type Turn, USED, write } from '../support/provider/script.ts';
import { COPILOT_PATHS } from '../support/provider/scripted-provider.ts';
import { KEY, openRealProgram, type RealProgram } from '../support/real-program.ts';

/** The real command lines, at the versions of agents/, behind the model proxy and in the agent step as it is. */

const WORK = write({ 'src/walls.txt': 'four of them\n' });
const DONE = say('The walls stand.');

const failing = (status: number, name: string, resetIn?: number): ProviderFailure => ({
  kind: 'fail',
  status,
  name,
  message: 'Sorry.',
  ...(resetIn === undefined ? {} : { resetIn }),
});

const OUTAGES: readonly (readonly [string, Turn])[] = [
  ['529', failing(529, 'overloaded_error')],
  ['500', failing(500, 'api_error')],
  ['a stream that is cut', { kind: 'cut' }],
];

for (const name of Object.keys(AGENT_PROGRAMS) as AgentProgram[]) {
  const program = findAgentProgram(name) ?? '';
  describe.skipIf(program === '')(`the real ${name}`, () => {
    let real: RealProgram;

    beforeEach(async () => {
      real = await openRealProgram(name, program);
    });
    afterEach(() => real.close());

    it('writes what its model has it write, and reports session, turns and what the proxy counted', async () => {
      const { end, report, provider } = await real.run(inOrder(WORK, DONE));

      expect(end.outputs.next).toBe('verify');
      expect(await real.step.inWork('src/walls.txt')).toBe('four of them\n');
      expect(report).toMatchObject({
        summary: 'The walls stand.',
        session: expect.stringMatching(/^[0-9a-f-]{36}$/),
        turns: 2,
        tokens: { input: 2 * USED.input, output: 2 * USED.output, cached: 2 * USED.cached },
      });
      expect(provider.requests.map(({ answered }) => answered)).toEqual([0, 1]);
      expect(provider.requests[0]?.prompt).toContain('Do task A-001');
    });

    it('asks nobody but the proxy, and has a placeholder in place of the key', async () => {
      const { provider } = await real.run(inOrder(WORK, DONE));

      expect(real.strangers).toEqual([]);
      expect(real.environment()).toMatch(/=(?:ghs_)?agent-waves-[0-9a-f]{48}$/m);
      expect(real.environment()).not.toContain(KEY);
      expect(provider.asked.map(({ headers }) => JSON.stringify(headers))).toEqual(
        provider.asked.map(() => expect.stringContaining(KEY)),
      );
      expect(real.step.shown()).not.toContain(KEY);
    });

    it('waits for a limit until the provider says that it ends', async () => {
      const began = Date.now();
      const { conclusion } = await real.run(inOrder(WORK, failing(429, 'rate_limit_error', 3_600)));

      expect(conclusion?.outcome).toBe('quota');
      const wait = Date.parse(conclusion?.until ?? '') - began;
      expect(wait).toBeGreaterThan(3_599_000);
      expect(wait).toBeLessThan(3_600_000 + Date.now() - began + 1_000);
    });

    it.each(OUTAGES)('costs no attempt at %s', async (_, turn) => {
      const { conclusion } = await real.run(inOrder(WORK, turn));

      expect(conclusion).toMatchObject({ outcome: 'infrastructure', cause: { kind: 'outage' } });
    });

    it('gets over an error that comes once', async () => {
      const { end } = await real.run(inOrder(failing(500, 'api_error'), WORK, DONE));

      expect(end.outputs.next).toBe('verify');
      expect(await real.step.inWork('src/walls.txt')).toBe('four of them\n');
    });

    it('has failed its attempt where its model refuses', async () => {
      const { conclusion } = await real.run(inOrder(WORK, { kind: 'refuse' }));

      expect(conclusion?.outcome).toBe('agent');
    });

    it('goes on with its session after a slice in which the model fell silent', async () => {
      const cut = await real.run(inOrder(WORK, { kind: 'hang' }), { seconds: 20 });
      expect(cut.conclusion?.outcome).toBe('continued');
      const { session } = cut.report;
      expect(session).toBeDefined();

      const { end, report, provider } = await real.run(inOrder(DONE), { session: session ?? '' });

      expect(end.outputs.next).toBe('verify');
      expect(report.summary).toBe('The walls stand.');
      expect(provider.requests[0]?.answered).toBeGreaterThan(0);
      expect(provider.requests[0]?.prompt).toMatch(/Do task A-001[\s\S]*Go on with task A-001/);
    });
  });
}

const copilot = findAgentProgram('copilot') ?? '';
describe.skipIf(copilot === '')('the real copilot, by the API that its model has', () => {
  let real: RealProgram;

  beforeEach(async () => {
    real = await openRealProgram('copilot', copilot);
  });
  afterEach(() => real.close());

  it.each(Object.entries(COPILOT_PATHS))('%s: writes, reports, and waits for a limit', async (model, path) => {
    const { end, report, provider } = await real.run(inOrder(WORK, DONE), { model });

    expect(end.outputs.next).toBe('verify');
    expect(await real.step.inWork('src/walls.txt')).toBe('four of them\n');
    expect(report).toMatchObject({ summary: 'The walls stand.', tokens: { input: 2 * USED.input } });
    expect(provider.asked.filter(({ method }) => method === 'POST').map(({ url }) => url)).toEqual([path, path]);

    const limited = await real.run(inOrder(failing(429, 'rate_limited', 3_600)), { model });

    expect(limited.conclusion?.outcome).toBe('quota');
    expect(Date.parse(limited.conclusion?.until ?? '')).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it('asks a person for a model that is not in its list', async () => {
    const { conclusion } = await real.run(inOrder(WORK, DONE), { model: 'no-such-model' });

    expect(conclusion).toMatchObject({ needs: 'person', cause: { kind: 'setup', model: 'no-such-model' } });
  });
});
