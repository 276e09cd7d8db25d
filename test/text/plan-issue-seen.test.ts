import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../src/plan/graph.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { TaskRecord } from '../../src/state/record.ts';
import { at, DONE, failed, past, scene } from '../decide/scene.ts';
import { example, largePlan } from '../pictures/plans.ts';
import { HAS_CHROMIUM, smallestText } from '../support/browser.ts';
import { configOf } from '../support/course.ts';
import { asOnGitHub } from '../support/github-page.ts';
import { APP } from '../support/pure-world.ts';

/** What people see first of a plan: its issue, with the body that passes write. */

const CONFIG = configOf('max_parallel: 8\nbudget: { plan: { usd: 200 }, wave: { each: { usd: 90 } } }\n');

/** About half way: two fifths are done, one task failed for good, eight run. */
function bodyOf(plan: Plan): string {
  const { order } = buildGraph(plan);
  const done = order.slice(0, Math.floor(order.length * 0.4));
  const account = { wave: 1, type: 'general-purpose', model: 'sonnet', usd: 0.4, minutes: 12 };
  const landed = past({ outcome: 'completed', ended: at(300), cost_usd: 0.4, seconds: 720, account });
  const { cause, ...good } = landed;
  const finished: Partial<TaskRecord> = { attempt: 1, slice: 1, dispatch: 1, history: [good], done: DONE };
  const stuck = order[done.length];
  const records = Object.fromEntries(done.map((id) => [id, finished]));
  const of = scene({ plan, config: CONFIG, records: { ...records, ...(stuck && { [stuck]: failed(3) }) } });
  for (const id of done) of.world.close(of.number(id), 'completed', APP);
  for (let passes = 0; passes < 5; passes++) {
    of.world.apply(of.look(), { answer: 'silent' });
    // Runs are seen in the meantime, and none has ended.
    of.world.tick(60);
  }
  return of.world.issue(1).body;
}

const PLANS = { '47': example('daw'), '500': largePlan(500, 12) };
const CASES = Object.entries(PLANS).flatMap(([tasks, plan]) =>
  (['light', 'dark'] as const).map((scheme) => ({ tasks, scheme, plan })),
);

describe.skipIf(!HAS_CHROMIUM)('the issue of a plan as GitHub shows it', () => {
  it.each(CASES)('is legible at its width, and begins with what counts: $tasks tasks, $scheme', async (shown) => {
    const { tasks, scheme, plan } = shown;
    const markdown = bodyOf(plan);

    await asOnGitHub({ markdown, scheme, name: `plan-issue-${tasks}-${scheme}` }, async ({ page, problems }) => {
      const text = await page.$eval('article', ({ textContent }) => textContent ?? '');
      const places = ['Needs you', 'Running', 'Waves'].map((title) => text.indexOf(title));

      expect(problems).toEqual([]);
      expect((await smallestText(page)).px).toBeGreaterThanOrEqual(11);
      expect(await page.$eval('html', ({ scrollWidth }) => scrollWidth)).toBeLessThanOrEqual(980);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
      expect(text).toMatch(/\$\d+\.\d\d spent and \$\d+\.\d\d reserved of \$200\.00/);
    });
  });
});
