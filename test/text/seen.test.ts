import { describe, expect, it } from 'vitest';
import { failed, scene } from '../decide/scene.ts';
import { HAS_CHROMIUM, smallestText } from '../support/browser.ts';
import { planOf, taskOf } from '../support/course.ts';
import { asOnGitHub } from '../support/github-page.ts';

/** The issue of a task that failed for good, as people find it: its body, and the comment that asks them. */
function failedIssue(): string {
  const plan = planOf([taskOf({ id: 'DB-001' }), taskOf({ id: 'API-001', dependencies: ['DB-001'] })]);
  const output = Array.from({ length: 40 }, (_, line) => `line ${line + 1} of the output`).join('\n');
  const failure = { what: '`npm test` failed: 2 of 214 tests', output };
  const { look } = scene({ plan, records: { 'DB-001': { ...failed(3), failure } } });
  const texts = look().effects.flatMap((effect) => {
    if (effect.kind === 'write-body' && effect.issue === 3) return [{ place: 0, text: effect.body }];
    return effect.kind === 'comment' && effect.issue === 3 ? [{ place: 1, text: effect.body }] : [];
  });
  expect(texts).toHaveLength(2);
  return texts
    .toSorted((a, b) => a.place - b.place)
    .map(({ text }) => text)
    .join('\n\n---\n\n');
}

describe.skipIf(!HAS_CHROMIUM)('the issue of a failed task as GitHub shows it', () => {
  it.each(['light', 'dark'] as const)('is one screen that says it once, and can be read: %s', async (scheme) => {
    const markdown = failedIssue();

    await asOnGitHub({ markdown, scheme, name: `failed-issue-${scheme}` }, async ({ page, problems }) => {
      const height = await page.$eval('article', ({ scrollHeight }) => scrollHeight);
      const text = await page.$eval('article', (article) => (article as unknown as { innerText: string }).innerText);

      expect(problems).toEqual([]);
      expect(height).toBeLessThan(1_000);
      expect((await smallestText(page)).px).toBeGreaterThanOrEqual(11);
      expect(text.match(/line \d+ of the output/g)).toHaveLength(5);
      expect(text.match(/needs a person/g)).toHaveLength(1);
      // The table of attempts is folded in both.
      expect(text).not.toContain('What came of it');
    });
  });
});
