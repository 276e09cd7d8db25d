import fc from 'fast-check';
import { expect } from 'vitest';
import { appOctokit } from '../../packages/embedded-github/test/support/town.ts';
import { decide } from '../../src/decide/decide.ts';
import { newMemory } from '../../src/github/memory.ts';
import { type Client, createClient } from '../../src/github/octokit.ts';
import { read } from '../../src/github/read/read.ts';
import { newDerivations } from '../../src/state/derivations.ts';
import { LABEL } from '../../src/state/names.ts';
import { projectFromRecords } from '../../src/state/plan-from-records.ts';
import { TIMINGS } from '../../src/state/timings.ts';
import { drawLaws } from '../support/draws.ts';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';
import { finish, planNamed } from '../support/past/past-plans.ts';

/** Whatever people do to plans that are over, and to the present one: what is left out of a reading decides nothing. */

const HOUR = 60 * 60_000;
/** The highest number of an issue of the first plan. */
const FIRST = 5;

const TOUCHES = ['close', 'reopen', 'retry', 'start', 'strip', 'empty', 'retitle', 'delete'] as const;

type Act =
  | { readonly act: (typeof TOUCHES)[number]; readonly pick: number }
  | { readonly act: 'plan'; readonly id: string; readonly tasks: number }
  | { readonly act: 'pass' | 'restart' | 'wait' };

const pick = fc.nat(999);
const touch = (act: (typeof TOUCHES)[number]) => fc.record({ act: fc.constant(act), pick });
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('pass' as const) }) },
  fc.record({ act: fc.constantFrom('restart' as const, 'wait' as const) }),
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('plan' as const),
      id: fc.constantFrom('one', 'two', 'three'),
      tasks: fc.integer({ min: 1, max: 3 }),
    }),
  },
  ...TOUCHES.map(touch),
);

async function carryOut(scene: GitHubScene, step: Act): Promise<unknown> {
  if (!('pick' in step)) {
    if (step.act === 'plan') return scene.pushPlan(planNamed(step.id, step.tasks));
    if (step.act === 'pass') return scene.pass();
    return step.act === 'wait' ? scene.later(3 * HOUR) : scene.restart();
  }
  // An issue of the first plan that has no label of ours is not in view, so that nobody is answered there: see ADR 41.
  const issues = scene.issues().filter(({ number }) => step.act !== 'strip' || number > FIRST);
  const issue = issues[step.pick % issues.length];
  if (!issue) return undefined;
  const { number, title, node_id: id } = issue;
  const changes = {
    close: () => scene.edit(number, { state: 'closed', state_reason: 'completed' }),
    reopen: () => scene.edit(number, { state: 'open' }),
    retry: () => scene.comment(number, '/retry'),
    start: () => scene.label(number, LABEL.start),
    strip: () => scene.edit(number, { labels: [] }),
    empty: () => scene.edit(number, { body: 'nothing is left here' }),
    retitle: () => scene.edit(number, { title: `${title} indeed` }),
    delete: async () => {
      await scene.lead.graphql('mutation($id: ID!) { deleteIssue(input: { issueId: $id }) { clientMutationId } }', {
        id,
      });
      // As a webhook tells it.
      scene.hear();
    },
  };
  return changes[step.act]();
}

async function clientOf({ town }: GitHubScene): Promise<ReturnType<typeof appOctokit>> {
  const { data } = await appOctokit(town).request('POST /app/installations/{installation_id}/access_tokens', {
    installation_id: town.installationId,
  });
  const given = { token: data.token, baseUrl: town.github.apiUrl, isQuiet: true };
  return createClient(given) as ReturnType<typeof appOctokit>;
}

/** One that is shown no record that tells of the past: then everything is read. */
async function blindToPast(scene: GitHubScene): Promise<Client> {
  const client = await clientOf(scene);
  client.hook.after('request', (answer) => {
    answer.data = JSON.parse(JSON.stringify(answer.data).replace(/\\n {1,2}\\"past\\": \d+,/g, '')) as unknown;
  });
  return client;
}

/** What a new process decides that reads by this client. */
async function decided(client: Client) {
  const given = { client, locator: { owner: 'acme', repo: 'daw' }, app: 'waves[bot]', timings: TIMINGS };
  const { snapshot, memory } = await read({ ...given, memory: newMemory() });
  const loaded = memory.cache.project;
  if (!snapshot || !loaded) return { before: undefined, decision: undefined };
  const derivations = newDerivations();
  const project = loaded.ok ? loaded.project : projectFromRecords(loaded, { snapshot, derivations });
  const { effects, tasks, planIssue, notice, undecided } = decide({ snapshot, project, timings: TIMINGS, derivations });
  const views = tasks.map(({ task, state, issue }) => ({ id: task.id, state, issue }));
  const bodies = new Map(snapshot.issues.map(({ number, body }) => [number, withoutLook(body)]));
  const keys = effects.flatMap((effect) =>
    effect.kind === 'write-body' && bodies.get(effect.issue) === withoutLook(effect.body) ? [] : [effect.key],
  );
  return { before: memory.cache.past?.before, decision: { keys, views, planIssue, notice, undecided } };
}

/** How far the base was looked at is found anew where an issue in view has no record that can be read, whosever it is. */
function withoutLook(body: string): string {
  return body.replace(/\n "(?:head|past)": .*/g, '');
}

let leftOut = 0;

drawLaws('a reading without what is over', [
  {
    name: 'decides as one of everything does',
    numRuns: 6,
    hold: async (settings) => {
      await fc.assert(
        fc.asyncProperty(fc.array(acts, { minLength: 5, maxLength: 14 }), async (course) => {
          const scene = await githubScene({ plan: planNamed('one', 2) });
          try {
            await finish(scene);
            await scene.pushPlan(planNamed('two', 2));
            await scene.settle();
            for (const act of course) {
              await carryOut(scene, act);
              const cut = await decided(await clientOf(scene));
              const whole = await decided(await blindToPast(scene));
              if (cut.before !== undefined) leftOut++;
              expect(whole.before).toBeUndefined();
              expect(cut.decision, JSON.stringify(act)).toEqual(whole.decision);
            }
          } finally {
            await scene.close();
          }
        }),
        settings,
      );
      // Else nothing was shown.
      expect(leftOut).toBeGreaterThan(0);
    },
  },
]);
