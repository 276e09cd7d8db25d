import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../src/state/cause.ts';
import { newDerivations } from '../../../src/state/derivations.ts';
import { LABEL } from '../../../src/state/names.ts';
import { isPreflightDue } from '../../../src/state/preflight/is-due.ts';
import { preflightKey } from '../../../src/state/preflight/judge-setup.ts';
import type { GroupRecord } from '../../../src/state/record.ts';
import { at, scene } from '../../decide/scene.ts';
import { configOf } from '../../support/course.ts';
import { STRANGER, WRITER } from '../../support/pure-world.ts';

const CONFIG = configOf('landing: push\n');
const KEY = preflightKey(CONFIG);
const FILES = { plan: undefined, config: undefined, progress: undefined };

/** #1 is the plan, #2 its wave, #3 a task; it is 09:01. */
function town(planRecord: Partial<GroupRecord> = {}, started = true) {
  const { world, set } = scene({ planRecord, started });
  world.tick(60);
  return {
    world,
    set,
    isDue: (config = CONFIG) => isPreflightDue(world.snapshot(FILES), { config, derivations: newDerivations() }),
  };
}

describe('the set-up of a repository is read', () => {
  it('before anything of a plan is dispatched, once something is started', () => {
    const { world, isDue } = town({}, false);
    expect(isDue()).toBe(false);
    world.label(3, LABEL.start, WRITER);

    expect(isDue()).toBe(true);
    expect(town().isDue()).toBe(true);
  });

  it('where a comment starts it', () => {
    const { world, isDue } = town({}, false);
    world.comment(1, WRITER, '/status');
    expect(isDue()).toBe(false);
    world.comment(2, WRITER, '/pause\n/start');

    expect(isDue()).toBe(true);
  });

  it('not where only another plan is started, or there is none', () => {
    const { world, set, isDue } = town({}, false);
    const { body } = world.issue(3);
    set(3, { body: body.replace('"plan": "daw"', '"plan": "other"') });
    world.label(3, LABEL.start, WRITER);

    expect(isDue()).toBe(false);
    world.issues.clear();
    expect(isDue()).toBe(false);
  });

  it('once for what it is judged by', () => {
    const { isDue } = town({ preflight: { at: at(0), key: KEY } });

    expect(isDue()).toBe(false);
    expect(isDue(configOf('landing: merge\n'))).toBe(true);
  });
});

describe('where something was refused, it is read again', () => {
  const refused = (cause: Cause) => town({ refusal: { at: at(0), cause } });
  const SETUP: Cause = {
    kind: 'preflight',
    key: KEY,
    refused: [{ what: 'archived', fix: 'unarchive it', page: 'https://x' }],
  };

  it('when it is judged by something else now', () => {
    const { isDue } = refused(SETUP);

    expect(isDue()).toBe(false);
    expect(isDue(configOf('landing: merge\n'))).toBe(true);
    expect(refused({ kind: 'dispatch-refused', message: 'no' }).isDue(configOf('landing: merge\n'))).toBe(false);
  });

  it.each<[boolean, string, string, number]>([
    [true, '/resume', WRITER, 1],
    [true, '/start', WRITER, 1],
    [true, 'Now.\n/status\n/resume', WRITER, 1],
    [false, '/status', WRITER, 1],
    [false, '/resume', STRANGER, 1],
    [false, '/resume', WRITER, 2],
  ])('%s where it is said: %s, by %s, on #%i', (isDue, text, by, issue) => {
    const of = refused(SETUP);
    of.world.comment(issue, by, text);

    expect(of.isDue()).toBe(isDue);
  });

  it('not for what was said before it was refused', () => {
    const { world, isDue } = town({ refusal: { at: at(3_600), cause: SETUP } });
    world.comment(1, WRITER, '/resume');

    expect(isDue()).toBe(false);
  });
});
