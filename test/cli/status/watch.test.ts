import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WatchInput, watchStatus } from '../../../src/cli/status/watch.ts';
import { widthOf } from '../../../src/cli/terminal/fit-line.ts';
import { paletteFor } from '../../../src/cli/terminal/palette.ts';
import { createClient } from '../../../src/github/octokit.ts';
import type { GitHubScene } from '../../support/github-scene.ts';
import { midway, planScene, writes } from '../support/plan-scene.ts';

const SHOW_CURSOR = '\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';

let scene: GitHubScene;
beforeEach(async () => {
  scene = await planScene();
});
afterEach(() => scene.close());

/** Somebody watches, until `end`: each look is over when the view goes to sleep. */
function watching(terminal: { readonly isTTY?: boolean; columns?: number; rows?: number } = {}) {
  const ended = new AbortController();
  const drawn: string[] = [];
  const pauses: number[] = [];
  let asleep = Promise.withResolvers<void>();
  let wake: () => void = () => undefined;
  const output: WatchInput['output'] = Object.assign(terminal, { write: (text: string) => drawn.push(text) });
  const done = watchStatus({
    access: {
      client: createClient({ token: scene.town.lead.token, baseUrl: scene.github.apiUrl, isQuiet: true }),
      locator: scene.repository,
    },
    every: 10_000,
    output,
    palette: paletteFor(output, {}),
    clock: {
      now: scene.now,
      sleep: (milliseconds) => {
        pauses.push(milliseconds);
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        asleep.resolve();
        return woken;
      },
    },
    signal: ended.signal,
  });
  const next = async () => {
    scene.later(10_000);
    asleep = Promise.withResolvers();
    drawn.splice(0);
    scene.requests.splice(0);
    wake();
    await Promise.race([asleep.promise, done]);
    return drawn.join('');
  };
  return {
    drawn,
    pauses,
    done,
    /** @returns What the first look has drawn. */
    first: async () => {
      await Promise.race([asleep.promise, done]);
      return drawn.join('');
    },
    /** One more look. */
    next,
    end: async () => {
      ended.abort();
      wake();
      await done;
      return drawn.join('');
    },
  };
}

const asked = () => scene.requests.map(({ method, route, status }) => `${method} ${route.split('/').at(-1)} ${status}`);
const probes = ['GET issues 304', 'GET runs 304', 'GET {ref} 304'];

describe('agent-waves status --watch on a terminal', () => {
  it('draws in place, within the width, and puts the terminal back', async () => {
    await midway(scene);
    const view = watching({ isTTY: true, columns: 60, rows: 50 });

    const first = await view.first();
    const second = await view.next();
    const last = await view.end();

    const lines = stripVTControlCharacters(first).split('\n');
    expect(first.startsWith(HIDE_CURSOR)).toBe(true);
    expect(lines.filter((line) => widthOf(line) > 60)).toEqual([
      expect.stringMatching(/^ {4}gh issue comment \d+ --repo \S+ --body \/retry$/),
    ]);
    expect(first).toContain('\u001b[1m');
    // Over exactly the rows of the first drawing: a command takes two.
    const rows = lines.slice(0, -1).reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / 60)), 0);
    expect(second.startsWith(`\u001b[${rows}A\r\u001b[0J`)).toBe(true);
    expect(last.endsWith(SHOW_CURSOR)).toBe(true);
    expect(writes(scene)).toEqual([]);
  });

  it('takes no more rows than there are', async () => {
    await midway(scene);
    const view = watching({ isTTY: true, columns: 100, rows: 10 });

    const lines = stripVTControlCharacters(await view.first()).split('\n');
    await view.end();

    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines.at(-2)).toMatch(/^… \d+ more lines$/);
  });

  it('asks what costs nothing while nothing changes, and reads once something has', async () => {
    await midway(scene);
    const view = watching({ isTTY: true, columns: 100, rows: 50 });
    await view.first();
    await view.next();

    await view.next();
    const still = asked();
    await scene.run('B').claim();
    await scene.run('B').land();
    await scene.run('B').report('completed');
    await scene.settle();
    const moved = await view.next();
    const after = asked();
    await view.end();

    expect(still.sort()).toEqual([...probes].sort());
    expect(after).toContain('POST graphql Observe 200');
    expect(stripVTControlCharacters(moved)).toContain('2 of 4 tasks completed');
  });

  it('says that it is old where GitHub does not answer, asks later each time, and goes on', async () => {
    await midway(scene);
    const view = watching({ isTTY: true, columns: 100, rows: 50 });
    await view.first();
    const out = { on: 'request', route: /issues$/, method: 'GET', count: 2 } as const;
    scene.faults.push({ ...out, answer: { status: 502, message: 'Bad Gateway' } });

    const stale = await view.next();
    await view.next();
    scene.faults.push({
      ...out,
      count: 1,
      answer: { status: 403, message: 'API rate limit exceeded', headers: { 'retry-after': '900' } },
    });
    const limited = await view.next();
    const well = await view.next();
    await view.end();

    expect(stripVTControlCharacters(stale)).toMatch(
      /Stale: GitHub has not answered since \d\d:\d\d UTC \(.*Bad Gateway.*\)\. It is asked again in 20s\./,
    );
    expect(stripVTControlCharacters(stale)).toContain('1 of 4 tasks completed');
    expect(stripVTControlCharacters(limited)).toContain('asked again in 900s');
    expect(stripVTControlCharacters(well)).not.toContain('Stale');
    expect(view.pauses.slice(0, 5)).toEqual([10_000, 20_000, 40_000, 900_000, 10_000]);
  });

  it('ends by itself once the plan is done', async () => {
    await scene.start();
    for (const id of ['A', 'B', 'C', 'D']) {
      await scene.run(id).complete();
      await scene.settle();
    }
    const view = watching({ isTTY: true, columns: 100, rows: 50 });

    await view.done;

    expect(stripVTControlCharacters(view.drawn.join(''))).toContain('Finished: ');
    expect(view.drawn.at(-1)).toBe(SHOW_CURSOR);
  });
});

describe('agent-waves status --watch elsewhere', () => {
  it('says a line for each change, and nothing while nothing changes', async () => {
    await midway(scene);
    const view = watching();
    const first = await view.first();

    const still = await view.next();
    await scene.run('B').complete();
    await scene.settle();
    const moved = await view.next();
    await view.end();

    expect(first).toMatch(/^\S+ \d\d:\d\d DAW: .* 1 of 4 tasks completed .*\n$/);
    expect(still).toBe('');
    expect(moved.split('\n').map((line) => line.slice(17))).toEqual([
      'B: running → completed (verified and closed)',
      expect.stringMatching(/^D: blocked → running \(running on A1 since \d\d:\d\d, attempt 1\)$/),
      '',
    ]);
  });

  it('ends as it was told to by Ctrl-C', async () => {
    await midway(scene);
    const child = spawn(process.execPath, ['src/cli/main.ts', 'status', '--watch', '2', '--repo', 'acme/daw'], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { PATH: process.env.PATH, GITHUB_TOKEN: scene.town.lead.token, GITHUB_API_URL: scene.github.apiUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [first] = await once(child.stdout, 'data');

    child.kill('SIGINT');
    const ended = await once(child, 'close');

    expect(String(first)).toMatch(/ DAW: .* 1 of 4 tasks completed/);
    expect(ended).toEqual([0, null]);
  });
});
