import { afterEach, describe, expect, it } from 'vitest';
import { checkpointRef } from '../../../src/state/names.ts';
import { CONFIG, inputsFor, liveRecord, type Site } from '../support/site.ts';
import { dispatch, logsOf, startWithTemplate, type Template } from '../support/template.ts';

let site: Site;
afterEach(() => site.close());

/** Made here: what looks like a key in a file of ours would be found in it. */
const TOKEN = `ghp_${'dJ0E9p5kQfLaG1B7m3hN'.repeat(2).slice(0, 36)}`;

/** The same in a shell, without being one where it is written. */
const WRITTEN = TOKEN.replace('ghp_', "ghp_''");

/** @param agent What it does before it writes its file. */
async function begin(template: Template, agent: string, config = ''): Promise<number> {
  site = await startWithTemplate(template, {
    '.github/agent-waves.yml': `${CONFIG}${config}`,
    'agent.sh': `mkdir -p src && echo walls > src/a.txt\n${agent}\n`,
  });
  return site.createIssue(liveRecord());
}

describe.each<Template>(['agent-task.yml', 'agent-task-hardened.yml'])('%s', (template) => {
  it('lands no secret, tells where it is and not what, and keeps nothing of the work', async () => {
    const issue = await begin(template, `printf 'a\\n%s\\n' ${WRITTEN} > src/key.txt`);

    const run = await dispatch(site, inputsFor(issue));

    const { state, bodies, results } = site.issue(issue);
    expect([state, run.conclusion]).toEqual(['open', 'failure']);
    expect(results).toMatchObject([
      {
        outcome: 'verification',
        findings: [{ check: 'scan', file: 'src/key.txt', line: 2, message: 'looks like a secret: github token' }],
      },
    ]);
    expect(results[0]?.checks).toContainEqual({ name: 'scan', status: 'failed' });
    expect(results[0]?.failure?.output).toContain('scan: { allow: [path] }');
    expect(bodies.join()).not.toContain(TOKEN);
    expect([...(await logsOf(site, run.id)).values()].join()).not.toContain(TOKEN);
    await expect(site.remote.run('log', '--all', '-S', TOKEN, '--format=%H')).resolves.toBe('');
    expect(await site.ref(checkpointRef(issue))).toBeUndefined();
  });

  it('lands none in the message of its commit, and shows none in a comment', async () => {
    const issue = await begin(template, `echo "The key is "${WRITTEN}. > "$AGENT_WAVES_SUMMARY"`);

    await dispatch(site, inputsFor(issue));

    const { bodies, results } = site.issue(issue);
    expect(results).toMatchObject([{ outcome: 'verification', summary: 'The key is (github token, left out).' }]);
    expect(bodies.join()).not.toContain(TOKEN);
  });

  it('shows none that a check prints', async () => {
    const issue = await begin(template, `cat > test.sh <<'END'\necho ${WRITTEN}; exit 1\nEND`);

    await dispatch(site, inputsFor(issue));

    const { bodies, results } = site.issue(issue);
    expect(results).toMatchObject([{ outcome: 'verification' }]);
    expect(bodies.join()).toContain('(github token, left out)');
    expect(bodies.join()).not.toContain(TOKEN);
  });

  it('lands what a person allows', async () => {
    const allow = 'scan: { allow: [test/fixtures/**] }\n';
    const issue = await begin(template, `mkdir -p test/fixtures; echo ${WRITTEN} > test/fixtures/key`, allow);

    await dispatch(site, inputsFor(issue));

    expect(site.issue(issue).results).toMatchObject([{ outcome: 'completed' }]);
  });
});
