import { describe, expect, it } from 'vitest';
import { MAX_BODY } from '../../src/state/body-room.ts';
import { LABEL } from '../../src/state/names.ts';
import { ownPart } from '../../src/state/own-part.ts';
import type { GroupRecord } from '../../src/state/record.ts';
import { newGroupRecord, readGroupRecord, writeGroupRecord } from '../../src/state/record.ts';
import { configOf } from '../support/course.ts';
import { APP, STRANGER, TRIAGER, WRITER } from '../support/pure-world.ts';
import { at, keys, LIVE, scene } from './scene.ts';

const OTHER = 'other[bot]';

const BOTH = configOf('trusted_apps: [other, agent-waves]\n');
const PROBLEMS = [{ file: 'tasks.json', line: 1, column: 1, message: 'cut off' }];

type Scene = ReturnType<typeof scene>;

/** #1 is the plan; its record names a host. */
function hostedBy(app: string, more: Partial<NonNullable<GroupRecord['host']>> = {}): Scene {
  const here = scene({ planRecord: { host: { app, since: at(0), ...more } } });
  here.world.tick(60);
  return here;
}

function hostIn({ world }: Scene): GroupRecord['host'] {
  return readGroupRecord(world.issue(1).body)?.host;
}

function pass({ look, world }: Scene): readonly string[] {
  const decision = look();
  world.apply(decision, { answer: 'named' });
  return keys(decision);
}

describe('a plan that another host works on', () => {
  it('is left alone, and people learn how it comes here', () => {
    const here = hostedBy(OTHER);
    here.world.comment(3, WRITER, '/skip');

    const { effects, leftAlone, notice, wakeAt } = here.look();

    expect([effects, leftAlone, wakeAt]).toEqual([[], [1], undefined]);
    expect(notice).toContain('comment `/adopt` on #1');
  });

  it('is left alone while nobody can read it as well', () => {
    const here = hostedBy(OTHER);

    expect(here.lookUnreadable(PROBLEMS).effects).toEqual([]);
  });

  it.each([
    ['a triager', TRIAGER, 1],
    ['a stranger', STRANGER, 1],
    ['the app itself', APP, 1],
    ['whoever writes it on a task', WRITER, 3],
  ])('is not taken over for %s', (_, author, issue) => {
    const here = hostedBy(OTHER);
    here.world.comment(issue, author, '/adopt');

    expect(pass(here)).toEqual([]);
  });

  it.each(['/pause', 'Shall we `/adopt` it?'])('is not taken over by anything else that a person says: %s', (text) => {
    const here = hostedBy(OTHER);
    here.world.comment(1, WRITER, text);

    expect(pass(here)).toEqual([]);
  });

  it('is taken over with what people wrote around our part of the body', () => {
    const here = hostedBy(OTHER);
    here.world.editBody(1, `Ours, by hand.\n\n${here.world.issue(1).body}\n\nTo the end.`, WRITER);
    here.world.comment(1, WRITER, '/adopt');

    expect(pass(here)).toEqual(['body:1']);

    expect(here.world.issue(1).body).toMatch(/^Ours, by hand\.\n\n/);
    expect(here.world.issue(1).body).toMatch(/\n\nTo the end\.$/);
    expect(hostIn(here)?.app).toBe(APP);
  });

  it('is not taken over by what was edited, said before that host had it, or heard by it', () => {
    const edited = hostedBy(OTHER);
    edited.world.comment(1, WRITER, '/adopt', true);
    const before = hostedBy(OTHER, { since: at(3_600) });
    before.world.comment(1, WRITER, '/adopt');
    const heard = scene({ planRecord: { host: { app: OTHER, since: at(0) }, commands: [1001, 1002, 1003] } });
    heard.world.tick(60);
    heard.world.comment(1, WRITER, '/adopt');

    expect([edited, before, heard].map(pass)).toEqual([[], [], []]);
  });

  it('is taken over for a person who may write, in a pass of its own', () => {
    const here = hostedBy(OTHER);
    here.world.comment(1, WRITER, '/adopt');

    expect(pass(here)).toEqual(['body:1']);
    expect(hostIn(here)).toMatchObject({ app: APP, from: OTHER });
  });

  it('is taken over where the other host has offered it, as long as the offer stands', () => {
    const [fresh, old] = [hostedBy(OTHER, { offered: at(30) }), hostedBy(OTHER, { offered: at(30) })];
    old.world.tick(600);

    expect([pass(fresh), pass(old)]).toEqual([['body:1'], []]);
  });

  it('is not taken over where people left no room for that, and they learn it', () => {
    const here = hostedBy(OTHER);
    here.world.comment(1, WRITER, '/adopt');
    const { body } = here.world.issue(1);
    here.set(1, { body: `${'x'.repeat(MAX_BODY - body.length - 2)}\n\n${body}` });

    expect(pass(here)).toEqual(['no-room:1', 'no-room-label:1']);
    expect(hostIn(here)?.app).toBe(OTHER);
  });

  it('starts nothing for two minutes after that, and then goes on', () => {
    const here = hostedBy(OTHER);
    here.world.comment(1, WRITER, '/adopt');
    pass(here);
    pass(here);

    const settling = here.look();
    expect(keys(settling, 'dispatch')).toEqual([]);
    expect(settling.notice).toContain(`\`${APP}\` took this plan over from \`${OTHER}\``);
    expect(hostIn(here)).not.toHaveProperty('offered');
    const due = settling.wakeAt ?? 0;
    here.world.tick((due - here.world.now) / 1_000);

    expect(keys(here.look(), 'dispatch')).toEqual(['dispatch:3:1:1']);
  });
});

describe('a plan that nobody has begun', () => {
  /** #1 is the plan before, and over. */
  const following = (app: string, more: Partial<Parameters<typeof scene>[0]> = {}) => {
    const here = scene({ config: BOTH, planRecord: { plan: 'before', host: { app, since: at(-600) } }, ...more });
    for (const number of here.world.issues.keys()) if (number > 1) here.world.issues.delete(number);
    here.set(1, { title: 'Plan: Before', firstTitle: 'Plan: Before' });
    here.world.close(1, 'completed', APP);
    return here;
  };

  it('is begun by the host that had the one before, and by no other', () => {
    expect(keys(following(APP).look())).toContain('issue:plan');
    expect(following(OTHER).look()).toMatchObject({ effects: [], leftAlone: [1], wakeAt: undefined });
  });

  it('is begun by the one that a person asks there, or that is listed alone', () => {
    const asked = following(OTHER);
    asked.world.tick(60);
    asked.world.comment(1, WRITER, '/adopt');
    pass(asked);

    expect(hostIn(asked)?.app).toBe(APP);
    expect(keys(asked.look())).toContain('issue:plan');
    expect(keys(following(OTHER, { config: configOf('trusted_apps: [agent-waves]\n') }).look())).toContain(
      'issue:plan',
    );
  });
});

describe('the plan before one that nobody has begun', () => {
  const hosted = (app: string) =>
    ownPart(writeGroupRecord({ ...newGroupRecord('before'), host: { app, since: at(0) } }));
  /** #1 is the plan before, of this host; a later issue names another one. */
  const beside = (given: { readonly labels?: string[]; readonly by?: string; readonly body?: string }) => {
    const here = scene({ config: BOTH, planRecord: { plan: 'before', host: { app: APP, since: at(-600) } } });
    for (const number of here.world.issues.keys()) if (number > 1) here.world.issues.delete(number);
    here.set(1, { title: 'Plan: Before', firstTitle: 'Plan: Before' });
    here.world.close(1, 'completed', APP);
    const { labels = [LABEL.plan], by = APP, body = hosted(OTHER) } = given;
    const number = here.world.open({ title: 'Plan: Another', body, labels, parent: undefined, by });
    here.world.close(number, 'completed', APP);
    return { ...here, number };
  };

  it('is the newest one', () => {
    expect(keys(beside({ body: hosted(APP) }).look())).toContain('issue:plan');
    expect(beside({}).look().effects).toEqual([]);
  });

  it.each([
    [
      'is closed as a duplicate',
      () => {
        const here = beside({});
        here.set(here.number, { closedAs: 'duplicate' });
        return here;
      },
    ],
    ['a stranger made', () => beside({ by: STRANGER })],
    ['is no plan issue', () => beside({ labels: [LABEL.task] })],
    [
      'is of a wave',
      () =>
        beside({
          body: ownPart(writeGroupRecord({ ...newGroupRecord('before', 1), host: { app: OTHER, since: at(0) } })),
        }),
    ],
  ])('is no issue that %s', (_, made) => {
    expect(keys(made().look())).toContain('issue:plan');
  });

  it('stays where it is while people left no room there', () => {
    const here = beside({});
    here.world.tick(60);
    here.world.comment(here.number, WRITER, '/adopt');
    const { body } = here.world.issue(here.number);
    here.set(here.number, { body: `${'x'.repeat(MAX_BODY - body.length - 2)}\n\n${body}` });

    expect(here.look()).toMatchObject({ effects: [], leftAlone: [here.number] });
  });
});

describe('a plan that this host works on', () => {
  it('waits five minutes for another one that a person asks for, and goes on where none comes', () => {
    const here = hostedBy(APP, { since: at(-600) });
    here.world.comment(1, WRITER, '/adopt');
    pass(here);

    expect(hostIn(here)?.offered).toBeDefined();
    const waiting = here.look();
    expect(keys(waiting, 'dispatch')).toEqual([]);
    here.world.tick(((waiting.wakeAt ?? 0) - here.world.now) / 1_000);

    expect(keys(here.look(), 'dispatch')).toEqual(['dispatch:3:1:1']);
  });

  it('names it from the first pass on where the configuration lists several, and not where it lists none', () => {
    const several = scene({ config: BOTH });
    const alone = scene({ config: configOf('trusted_apps: [agent-waves]\n') });
    const unlisted = scene({ config: configOf('trusted_apps: [other, third]\n') });
    const none = scene();
    for (const one of [several, alone, unlisted, none]) pass(one);

    expect([several, alone, unlisted, none].map((one) => hostIn(one)?.app)).toEqual([
      APP,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['was not in the record yet', (_: Scene) => undefined],
    ['went with a record that a person broke', ({ set }: Scene) => set(1, { body: 'Mine now', writer: WRITER })],
  ])('starts nothing for two minutes where its name %s: another one may write its own', (_, change) => {
    const here = scene({ config: BOTH });
    change(here);

    expect(pass(here)).not.toContain('dispatch:3:1:1');
    expect(hostIn(here)?.app).toBe(APP);
    expect(here.look().notice).toContain(`\`${APP}\` has this plan now`);
    here.world.tick(120);
    expect(keys(here.look(), 'dispatch')).toEqual(['dispatch:3:1:1']);
  });

  it('is given back where another one wrote its own name at the same time', () => {
    const here = scene({ config: BOTH });
    const late = here.look();
    pass(here);
    const body = here.world.issue(1).body.replaceAll(APP, OTHER);
    here.set(1, { body });

    expect(keys(late, 'dispatch')).toEqual([]);
    expect(here.look()).toMatchObject({ effects: [], leftAlone: [1] });
  });

  it('stays where it is by a comment while the configuration lists no other host', () => {
    const here = scene();
    here.world.comment(1, WRITER, '/adopt');
    pass(here);

    const said = here.world.comments.filter(({ author }) => author === APP).map(({ body }) => body);
    expect(said.join()).toContain('`trusted_apps`');
    expect(hostIn(here)).toBeUndefined();
  });
});

describe('what a host wrote that the configuration lists no longer', () => {
  /** Every issue as if that host had made it, and written it last. */
  const madeBy = (here: Scene, app: string) => {
    for (const number of here.world.issues.keys()) here.set(number, { author: app, writer: app });
    return here;
  };

  it.each([
    [
      'it has the plan that this one made',
      () => {
        const here = hostedBy(OTHER, { from: APP });
        here.set(1, { writer: OTHER });
        return here;
      },
    ],
    ['it made the plan and has it', () => madeBy(hostedBy(OTHER), OTHER)],
    [
      'it made the plan, and a person edited it',
      () => {
        const here = madeBy(hostedBy(OTHER), OTHER);
        here.set(1, { writer: WRITER });
        return here;
      },
    ],
    ['it made the plan, and no host stands in the record', () => madeBy(scene(), OTHER)],
  ])('holds the plan and names the line to add: %s', (_, made) => {
    const here = made();
    const decision = here.look();

    expect(decision).toMatchObject({ effects: [], leftAlone: [1], wakeAt: undefined });
    expect(decision.notice).toContain(`\`trusted_apps: ["${OTHER}", "${APP}"]\``);
    expect(here.lookUnreadable(PROBLEMS)).toMatchObject({ effects: [], leftAlone: [1] });
  });

  it('holds the plan that came from it, rather than to run again what it knows to run', () => {
    const here = scene({
      planRecord: { host: { app: APP, since: at(-600), from: OTHER } },
      records: { A: { dispatch: 1, attempt: 1, slice: 1, live: LIVE } },
    });
    here.set(3, { writer: OTHER });

    const decision = here.look();
    expect(decision).toMatchObject({ effects: [], leftAlone: [1] });
    expect(decision.notice).toContain(`\`trusted_apps: ["${OTHER}", "${APP}"]\``);
    expect(here.lookUnreadable(PROBLEMS).effects).toEqual([]);
    here.set(3, { writer: APP });
    expect(here.look().leftAlone).toEqual([]);
  });

  it.each([
    ['a workflow that writes no name of its own', OTHER, undefined],
    ['a workflow that leaves the name as it is', OTHER, APP],
    ['a stranger under the name that stands there', STRANGER, STRANGER],
  ])('is no matter of %s: the record is written anew', (_, writer, app) => {
    const here = scene({ planRecord: app === undefined ? {} : { host: { app, since: at(-600) } } });
    here.set(1, { writer });

    expect(pass(here)).toContain('body:1');
  });
});
