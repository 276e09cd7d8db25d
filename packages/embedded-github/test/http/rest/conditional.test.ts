import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { octokitFor, startTown, type Town } from '../../support/town.ts';

let town: Town;
beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.close());

const issues = (token: string, tag?: string) =>
  fetch(`${town.github.apiUrl}/repos/acme/daw/issues`, {
    headers: { authorization: `Bearer ${token}`, ...(tag === undefined ? {} : { 'if-none-match': tag }) },
  });
const tagOf = ({ headers }: Response) => headers.get('etag') ?? '';

// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
describe('a conditional request', () => {
  it('is answered 304 while nothing has changed, and counts as none', async () => {
    const began = town.actions.next();
    await octokitFor(town.github, town.lead.token).rest.actions.createWorkflowDispatch({
      owner: 'acme',
      repo: 'daw',
      workflow_id: 'agent-task.yml',
      ref: 'main',
      inputs: { task: 'A' },
    });
    const { token } = await began;

    const first = await issues(token);
    const again = await issues(token, tagOf(first));
    const { data } = await octokitFor(town.github, token).rest.rateLimit.get();

    expect([first.status, again.status, await again.text()]).toEqual([200, 304, '']);
    expect(tagOf(again)).toBe(tagOf(first));
    expect(data.resources.core.used).toBe(1);
  });

  it('is answered as any other once something has', async () => {
    const first = await issues(town.lead.token);
    await octokitFor(town.github, town.lead.token).rest.issues.create({ owner: 'acme', repo: 'daw', title: 'News' });

    const again = await issues(town.lead.token, tagOf(first));

    expect([again.status, await again.json()]).toEqual([200, [expect.objectContaining({ title: 'News' })]]);
    expect(tagOf(again)).not.toBe(tagOf(first));
  });
});
