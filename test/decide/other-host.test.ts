import { describe, expect, it } from 'vitest';
import type { GroupRecord } from '../../src/state/record.ts';
import { readGroupRecord } from '../../src/state/record.ts';
import { configOf } from '../support/course.ts';
import { APP, STRANGER, TRIAGER, WRITER } from '../support/pure-world.ts';
import { at, keys, scene } from './scene.ts';

const OTHER = 'other[bot]';

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
    const problems = [{ file: 'tasks.json', line: 1, column: 1, message: 'cut off' }];

    expect(here.lookUnreadable(problems).effects).toEqual([]);
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

describe('a plan that this host works on', () => {
  it('waits five minutes for another one that a person asks for, and goes on where none comes', () => {
    const here = hostedBy(APP);
    here.world.comment(1, WRITER, '/adopt');
    pass(here);

    expect(hostIn(here)?.offered).toBeDefined();
    const waiting = here.look();
    expect(keys(waiting, 'dispatch')).toEqual([]);
    here.world.tick(((waiting.wakeAt ?? 0) - here.world.now) / 1_000);

    expect(keys(here.look(), 'dispatch')).toEqual(['dispatch:3:1:1']);
  });

  it('names it from the first pass on where the configuration lists several, and not where it lists none', () => {
    const several = scene({ config: configOf(`trusted_apps: [${OTHER.slice(0, -5)}, agent-waves]\n`) });
    const alone = scene();
    pass(several);
    pass(alone);

    expect([hostIn(several)?.app, hostIn(alone)]).toEqual([APP, undefined]);
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
