import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/decide/effects/effect.ts';
import { planOf, taskOf } from '../../support/course.ts';
import { BEGIN } from '../../support/pure-world.ts';
import { at, DONE, failed, LIVE, scene } from '../scene.ts';

const plan = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', dependencies: ['A'] }), taskOf({ id: 'C' })]);

const RUNS = { attempt: 1, slice: 1, dispatch: 1, live: LIVE };

function bodyIn({ effects }: Decision): string | undefined {
  return effects.flatMap((effect) => (effect.kind === 'write-body' && effect.issue === 1 ? [effect.body] : []))[0];
}

/** A plan whose issue says what it should while A runs, written at the beginning. */
function told() {
  const one = scene({ plan, records: { A: RUNS, C: RUNS } });
  one.set(1, { body: bodyIn(one.look()) ?? '', editedAt: at(0) });
  return one;
}

describe('the plan issue', () => {
  it('says what needs a person, with the command to copy, what runs and when it is expected to end', () => {
    const { look } = scene({ plan, records: { A: RUNS, C: failed(3) } });

    const body = bodyIn(look()) ?? '';

    expect(body).toMatch(/### Needs you\n\n- 🚨 \*\*C\*\* [\s\S]*?gh issue comment 5 --repo .* --body "\/retry"/);
    expect(body).toMatch(/### Running\n\n- 🔄 \*\*A\*\* \(#3\)/);
    expect(body).toMatch(/### Next\n\n- Starts by itself: \*\*B\*\*.*\n- Expected finish: 2026-03-02/);
  });

  it('is left as it is while only time passes', () => {
    const running = told();
    const asking = scene({ plan, started: false, records: { C: failed(3) } });
    asking.set(1, { body: bodyIn(asking.look()) ?? '', editedAt: at(0) });

    expect(bodyIn(running.look({ now: BEGIN + 60_000 }))).toBeUndefined();
    for (const hours of [0, 1, 100]) expect(bodyIn(asking.look({ now: BEGIN + hours * 3_600_000 }))).toBeUndefined();
  });

  it('says what only moved after a while, and wakes for it', () => {
    const one = told();
    const before = one.world.issue(3).body;
    one.set(3, { body: before.replaceAll('09:00:00Z', '09:00:30Z') });

    const early = one.look({ now: BEGIN + 60_000 });
    const late = one.look({ now: BEGIN + 120_000 });

    expect(bodyIn(early)).toBeUndefined();
    expect(early.wakeAt).toBeLessThanOrEqual(BEGIN + 120_000);
    expect(bodyIn(late)).toContain('### Running');
  });

  it('says at once that a task is done', () => {
    const one = told();
    const { body } = scene({
      plan,
      records: { A: { ...RUNS, live: undefined, done: { ...DONE, at: at(30) } }, C: RUNS },
    }).world.issue(3);
    one.set(3, { body });

    expect(bodyIn(one.look({ now: BEGIN + 30_000 }))).toContain('1 of 3 tasks completed');
  });
});
