import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { checkpointRef } from '../../../src/state/names.ts';
import type { PastDispatch } from '../../../src/state/record.ts';
import { causeOf } from '../../../src/state/result.ts';
import { AGENT, inputsFor, liveRecord, type Site } from '../support/site.ts';
import { dispatch, startWithTemplate } from '../support/template.ts';

let site: Site;
afterEach(() => site.close());

const TEMPLATES = ['agent-task.yml', 'agent-task-hardened.yml'] as const;

/** Whatever is verified, the base is another one before that has ended, as long as the file `busy` is there. */
async function beginOnBusyBase(template: (typeof TEMPLATES)[number]): Promise<number> {
  site = await startWithTemplate(template);
  const moves = `[ -e "${site.folder}/busy" ] || exit 0
n=$(cat "${site.folder}/n" 2>/dev/null || echo 0); echo $((n + 1)) > "${site.folder}/n"
export GIT_DIR="${site.remote.folder}" GIT_INDEX_FILE="$TMPDIR/moved$n"
export GIT_AUTHOR_NAME=o GIT_AUTHOR_EMAIL=o@example.com GIT_COMMITTER_NAME=o GIT_COMMITTER_EMAIL=o@example.com
git read-tree main && git update-index --add --cacheinfo "100644,$(echo $n | git hash-object -w --stdin),moved$n.txt"
git update-ref refs/heads/main "$(git commit-tree "$(git write-tree)" -p main -m "move $n")"\n`;
  await site.push('Busy', { 'agent.sh': `echo x >> "${site.folder}/agents"\n${AGENT}`, 'test.sh': moves });
  await writeFile(join(site.folder, 'busy'), '');
  return site.createIssue(liveRecord());
}

it.each(TEMPLATES)(
  'work under which the base moved all the time lands in the next run of %s without its agent',
  async (template) => {
    const issue = await beginOnBusyBase(template);
    await dispatch(site, inputsFor(issue));
    const [given] = site.issue(issue).results;
    expect(given).toMatchObject({ outcome: 'continued', cause: { kind: 'base-busy' } });
    expect(await site.ref(checkpointRef(issue))).toBeDefined();
    await rm(join(site.folder, 'busy'));

    const past: PastDispatch = {
      ...{
        dispatch: 1,
        attempt: 1,
        slice: 1,
        agent: 'A1',
        sent: '2026-11-23T10:00:00Z',
        ended: '2026-11-23T10:01:00Z',
      },
      ...{ outcome: 'continued', cause: given && causeOf(given) },
    };
    await site.writeRecord(issue, liveRecord({ slice: 2, dispatch: 2, history: [past] }));
    const run = await dispatch(site, inputsFor(issue, { slice: 2, dispatch: 2 }));

    expect(run.conclusion).toBe('success');
    expect(site.issue(issue)).toMatchObject({
      state: 'closed',
      results: [{}, { outcome: 'completed', summary: 'Wrote src/a.txt.', agent: { seconds: 0 } }],
    });
    expect(await readFile(join(site.folder, 'agents'), 'utf8')).toBe('x\n');
    expect(existsSync(join(site.folder, 'n'))).toBe(true);
    expect(await site.remote.run('show', 'main:src/a.txt')).toBe('by A-001');
    expect(await site.ref(checkpointRef(issue))).toBeUndefined();
  },
);
