import { afterEach, expect, test, vi } from 'vitest';
import { CONFIG, inputsFor, liveRecord, type Site } from '../support/site.ts';
import { dispatch, startWithTemplate, type Template } from '../support/template.ts';

let site: Site | undefined;
afterEach(() => site?.close());

/** Each of these takes two characters as JSON, and twice as many each time that JSON is put into JSON. */
const QUOTES = '\\"'.repeat(300);
/** Each of these takes six characters in the part of a comment that the app reads. */
const MARKUP = '<&'.repeat(300);

/** A test suite of which thirty tests fail, with messages that are full of these signs. */
function failing(signs: string): string {
  const failures = Array.from(
    { length: 30 },
    (_, nth) => `not ok ${nth + 1} - wall ${nth + 1} ${signs.slice(0, 240)}\n  ---\n  error: ${signs}\n  ...`,
  );
  return `cat <<'END'\nTAP version 13\n${failures.join('\n')}\nEND\nexit 1\n`;
}

test.each<[string, Template, string]>([
  ['quotes', 'agent-task.yml', QUOTES],
  ['quotes', 'agent-task-hardened.yml', QUOTES],
  ['markup', 'agent-task.yml', MARKUP],
])('tests that fail with many %s are reported as any other failure: %s', async (_, template, signs) => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  // A command that is full of them, too.
  const config = CONFIG.replace('bash test.sh', () => `bash test.sh '${signs}'`);
  site = await startWithTemplate(template, { 'test.sh': failing(signs), '.github/agent-waves.yml': config });
  const issue = await site.createIssue(liveRecord());

  const run = await dispatch(site, inputsFor(issue));

  expect(run.conclusion).toBe('failure');
  const [result] = site.issue(issue).results;
  expect(result).toMatchObject({ outcome: 'verification', run: run.id });
  expect(result?.findings?.[0]?.message).toContain(signs.slice(0, 200));
});
