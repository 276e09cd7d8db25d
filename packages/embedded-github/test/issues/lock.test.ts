import type { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appOctokit, octokitFor, startTown, type Town } from '../support/town.ts';

/** A locked conversation: people who may write go on, apps and runs do not. */

const at = { owner: 'acme', repo: 'daw', issue_number: 1 };
const REFUSED = 'Unable to create comment because issue is locked.';
let town: Town;
let lead: Octokit;

beforeEach(async () => {
  town = await startTown();
  lead = octokitFor(town.github, town.lead.token);
  await lead.rest.issues.create({ ...at, title: 'Oil the mill' });
});
afterEach(() => town.close());

async function ofApp(): Promise<Octokit> {
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  return octokitFor(town.github, data.token);
}

test('an app that may write issues comments no more, over REST and over GraphQL, and closes it all the same', async () => {
  const app = await ofApp();
  await lead.rest.issues.lock(at);

  await expect(app.rest.issues.createComment({ ...at, body: 'Done.' })).rejects.toMatchObject({ status: 403 });
  const { data: issue } = await app.rest.issues.get(at);
  const commenting = app.graphql(
    'mutation ($id: ID!) { addComment(input: { subjectId: $id, body: "Done." }) { clientMutationId } }',
    { id: issue.node_id },
  );
  await expect(commenting).rejects.toThrow(REFUSED);
  expect(issue.locked).toBe(true);
  expect((await app.rest.issues.update({ ...at, state: 'closed' })).data.state).toBe('closed');
});

test('people who may write comment, and unlock it for the others', async () => {
  const app = await ofApp();
  await lead.rest.issues.lock(at);

  await lead.rest.issues.createComment({ ...at, body: 'Still here.' });
  await lead.rest.issues.unlock(at);
  await app.rest.issues.createComment({ ...at, body: 'Done.' });

  expect(town.github.issuesReport('acme/daw')[0]?.comments_list).toHaveLength(2);
});

test('who may only triage locks nothing', async () => {
  const { token } = town.github.createUser({ login: 'triager' });
  town.github.addCollaborator({ repository: 'acme/daw', login: 'triager', permission: 'triage' });

  const locking = octokitFor(town.github, token).rest.issues.lock(at);

  await expect(locking).rejects.toMatchObject({ status: 403 });
});
