import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG, inputsFor, liveRecord, ROOT, type Site } from './support/site.ts';
import { dispatch, startWithTemplate, type Template } from './support/template.ts';

/**
 * The templates as somebody copies them, to the letter: of what they use, the runner takes our own action from this
 * checkout whatever commit is named, and npm is a stand-in, so that nothing is downloaded.
 */

let site: Site;
afterEach(() => site.close());

/** In place of npm: an install leaves a program of the agent's name, which works and says what the real one would. */
async function putNpm(): Promise<void> {
  const output = join(ROOT, 'test/task/agent/adapters/cases/claude/success.jsonl');
  const npm = `#!/usr/bin/env bash
echo "$*" >> ${site.folder}/npm.log
if [ "$1" = prefix ]; then echo ${site.folder}/global; exit; fi
test -f "$3/package-lock.json" || exit 1
mkdir -p "$3/node_modules/.bin"
printf '#!/usr/bin/env bash\\nmkdir -p src && echo walls > src/a.txt && cat ${output}\\n' > "$3/node_modules/.bin/\${3##*/}"
chmod +x "$3"/node_modules/.bin/*
`;
  const path = join(site.folder, 'npm-bin/npm');
  await mkdir(dirname(path), { recursive: true });
  await mkdir(join(site.folder, 'global/bin'), { recursive: true });
  await writeFile(path, npm);
  await chmod(path, 0o755);
}

async function begin(template: Template, agent: string): Promise<number> {
  const config = CONFIG.replace(/general-purpose:\n.*\n.*\n/, `general-purpose: { run: ${agent}, model: sonnet }\n`);
  site = await startWithTemplate(template, { '.github/agent-waves.yml': config }, (folder) =>
    ['npm-bin', 'global/bin'].map((name) => join(folder, name)),
  );
  await putNpm();
  return site.createIssue(liveRecord());
}

describe.each<Template>(['agent-task.yml', 'agent-task-hardened.yml'])('%s, as it is', (template) => {
  it('needs one secret to work on a task: the agent of that key is installed from its lock file, and no other', async () => {
    const issue = await begin(template, 'claude');
    site.github.setSecret('acme/small', { name: 'ANTHROPIC_API_KEY', value: 'sk-ant-not-a-key' });

    const run = await dispatch(site, inputsFor(issue));

    expect(run.conclusion).toBe('success');
    expect(site.issue(issue)).toMatchObject({ state: 'closed', results: [{ outcome: 'completed' }] });
    expect(await readFile(join(site.folder, 'npm.log'), 'utf8')).toMatch(
      /^ci --prefix \S+\/agents\/claude --no-audit --no-fund\nprefix --global\n$/,
    );
  });

  it('asks a person for the secret where it is missing, after one run that costs no attempt', async () => {
    const issue = await begin(template, 'gemini');

    await dispatch(site, inputsFor(issue));

    expect(existsSync(join(site.folder, 'npm.log'))).toBe(false);
    const [result] = site.issue(issue).results;
    expect(result).toMatchObject({ outcome: 'infrastructure', needs: 'person' });
    expect(result?.failure?.what).toContain('secret `GEMINI_API_KEY` of the environment `agent-waves`');
  });
});
