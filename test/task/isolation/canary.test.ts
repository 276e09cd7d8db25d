import { chmod, lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { CONFIG, inputsFor, liveRecord, type Site } from '../support/site.ts';
import { dispatch, startWithTemplate, type Template } from '../support/template.ts';

/** Only root makes users. */
const IS_ROOT = process.getuid?.() === 0;
if (!IS_ROOT) console.warn('this process is not root: the tests of what an agent can see as another user are SKIPPED');

const SECRETS = {
  ANTHROPIC_API_KEY: 'canary-model-key-93be1',
  REDIS_URL: 'redis://user:canary-redis-password-77aa0@127.0.0.1:1',
};
const CANARIES = ['canary-model-key-93be1', 'canary-redis-password-77aa0'];

/**
 * Looks at its own processes, upwards to the one that this test is (which is not looked at), and at its own folders, and
 * writes down what it could read.
 */
function prober(notes: string, name: string): string {
  return `{
pid=$$
while [ "$pid" -gt 1 ] && [ "$pid" != ${process.pid} ]; do
  echo "process $pid"
  for what in environ cmdline; do
    echo "$what:"; tr '\\0' '\\n' < "/proc/$pid/$what" || echo denied
  done
  for fd in /proc/$pid/fd/*; do
    if [ -f "$fd" ]; then echo "file $(readlink "$fd"):"; head -c 100000 "$fd"; fi
  done
  ls "/proc/$pid/fd" > /dev/null || echo 'fd denied'
  pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
done
env
for config in .git/config "$HOME/.gitconfig" "$HOME/.netrc" "$HOME/.git-credentials"; do cat "$config"; done
grep -raIh canary . "$HOME" "$TMPDIR" --exclude=agent.sh --exclude=test.sh
grep -rah canary "$TMPDIR/../.." --include='*' -s
} > "${notes}/${name}.$$" 2>&1
`;
}

let site: Site;
afterEach(() => site.close());

interface Probed {
  readonly run: number;
  readonly issue: number;
  /** What agent and checks saw. */
  readonly seen: ReadonlyMap<string, string>;
}

async function probe(template: Template, isolation: 'none' | 'user'): Promise<Probed> {
  site = await startWithTemplate(template, {
    '.github/agent-waves.yml': CONFIG.replace('isolation: none', `isolation: ${isolation}`),
  });
  const notes = join(site.folder, 'notes');
  await mkdir(notes);
  await chmod(notes, 0o777);
  await chmod(site.folder, 0o711);
  for (const [name, value] of Object.entries(SECRETS)) site.github.setSecret('acme/small', { name, value });
  await site.push('Probes', {
    'agent.sh': `${prober(notes, 'agent')}mkdir -p src && echo x > src/a.txt && echo done > "$AGENT_WAVES_SUMMARY"\n`,
    'test.sh': `${prober(notes, 'check')}true\n`,
  });
  const issue = await site.createIssue(liveRecord());
  const run = await dispatch(site, inputsFor(issue));
  const seen = new Map<string, string>();
  for (const name of await readdir(notes)) seen.set(name, await readFile(join(notes, name), 'latin1'));
  return { run: run.id, issue, seen };
}

function canariesIn(text: string): readonly string[] {
  return [...CANARIES, ...site.minted].filter((canary) => text.includes(canary));
}

describe.skipIf(!IS_ROOT).each<Template>(['agent-task.yml', 'agent-task-hardened.yml'])(
  '%s, another user',
  (template) => {
    test('neither agent nor checks see a token or a key, and none is left anywhere', async () => {
      const { run, issue, seen } = await probe(template, 'user');

      expect(site.issue(issue)).toMatchObject({ state: 'closed', results: [{ outcome: 'completed' }] });
      const names = [...seen.keys()].map((name) => name.split('.')[0]);
      expect(new Set(names)).toEqual(new Set(['agent', 'check']));
      for (const [name, text] of seen) {
        expect({ name, found: canariesIn(text) }).toEqual({ name, found: [] });
        // The process above it was looked at, and told nothing.
        expect(text.match(/^process /gm)?.length).toBeGreaterThan(1);
        expect(text).toContain('denied');
      }
      const left = await textsLeft(join(site.folder, `runs/${run}`));
      expect([...left.keys()].filter((path) => path.endsWith('/agent.sh')).length).toBeGreaterThan(0);
      expect([...left].filter(([, text]) => canariesIn(text).length > 0).map(([path]) => path)).toEqual([]);
      expect(canariesIn(site.issue(issue).bodies.join('\n'))).toEqual([]);
      expect(canariesIn(await site.remote.run('log', '--all', '-p', '--format=%B'))).toEqual([]);
    });
  },
);

test('as the same user an agent does find the key, as SECURITY.md says: the probe sees what there is to see', async () => {
  const { seen } = await probe('agent-task.yml', 'none');

  const agent = [...seen].find(([name]) => name.startsWith('agent'))?.[1] ?? '';
  expect(canariesIn(agent)).toContain(SECRETS.ANTHROPIC_API_KEY);
});

/** Every file of a run: logs, summaries, artifacts, checkouts, homes, what steps left for each other. */
async function textsLeft(folder: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const path of await readdir(folder, { recursive: true })) {
    const file = join(folder, path);
    const found = await lstat(file);
    if (found.isFile() && found.size < 5_000_000) texts.set(path, await readFile(file, 'latin1'));
  }
  return texts;
}
