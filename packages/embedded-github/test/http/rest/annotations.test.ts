import { afterEach, beforeEach, expect, it } from 'vitest';
import { appOctokit, branch, octokitFor, startTown, type Town } from '../../support/town.ts';

const repository = { owner: 'acme', repo: 'daw' } as const;

let town: Town;
beforeEach(async () => {
  town = await startTown();
});
afterEach(() => town.close());

async function app() {
  const { data } = await appOctokit(town).rest.apps.createInstallationAccessToken({
    installation_id: town.installationId,
  });
  return octokitFor(town.github, data.token);
}

function annotation(line: number) {
  const place = { path: 'plan.json', start_line: line, end_line: line, start_column: 3 };
  return { ...place, annotation_level: 'failure', message: `line ${line}` } as const;
}

it('adds the annotations of each request, and takes 50 at once', async () => {
  const client = await app();
  const head = await branch(town, 'work', { 'plan.json': '{' });
  const output = (from: number, count: number) => ({
    title: 'Plan',
    summary: 'Problems',
    annotations: Array.from({ length: count }, (_, index) => annotation(from + index)),
  });

  const made = await client.rest.checks.create({
    ...repository,
    name: 'Plan',
    head_sha: head,
    conclusion: 'failure',
    output: output(1, 50),
  });
  const update = { ...repository, check_run_id: made.data.id };
  await client.rest.checks.update({ ...update, output: output(51, 2) });

  const { data } = await client.rest.checks.listAnnotations({ ...update, page: 2, per_page: 50 });
  expect(data).toMatchObject([
    { start_line: 51, start_column: 3 },
    { start_line: 52, message: 'line 52' },
  ]);
  expect((await client.rest.checks.get(update)).data.output.annotations_count).toBe(52);
  await expect(client.rest.checks.update({ ...update, output: output(1, 51) })).rejects.toThrow(/at most 50/);
});

it('remembers whose comment was deleted', async () => {
  const lead = octokitFor(town.github, town.lead.token);
  await branch(town, 'work', { 'plan.json': '{' });
  const { data: pull } = await lead.rest.pulls.create({ ...repository, title: 'T', head: 'work', base: 'main' });
  const made = await (await app()).rest.issues.createComment({ ...repository, issue_number: pull.number, body: 'One' });

  await lead.rest.issues.deleteComment({ ...repository, comment_id: made.data.id });

  const found = await lead.graphql(
    `{ repository(owner: "acme", name: "daw") { pullRequest(number: ${pull.number}) {
      timelineItems(last: 10, itemTypes: [COMMENT_DELETED_EVENT]) {
        nodes { ... on CommentDeletedEvent { actor { login } deletedCommentAuthor { login } } } } } } }`,
  );
  expect(found).toMatchObject({
    repository: {
      pullRequest: {
        timelineItems: { nodes: [{ actor: { login: 'lead' }, deletedCommentAuthor: { login: 'waves' } }] },
      },
    },
  });
});
