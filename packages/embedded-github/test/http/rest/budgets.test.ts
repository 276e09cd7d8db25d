import { afterEach, expect, it } from 'vitest';
import { octokitFor, startTown, type Town } from '../../support/town.ts';

let town: Town;
afterEach(() => town.close());

it('counts what the tokens of all runs of a repository ask together, requests and queries apart, and git not at all', async () => {
  town = await startTown();
  const runOf = async () => {
    const began = town.actions.next();
    const lead = octokitFor(town.github, town.lead.token);
    const task = { owner: 'acme', repo: 'daw', workflow_id: 'agent-task.yml', ref: 'main', inputs: { task: 'A' } };
    await lead.rest.actions.createWorkflowDispatch(task);
    return octokitFor(town.github, (await began).token);
  };
  const [one, other] = [await runOf(), await runOf()];

  await one.rest.repos.get({ owner: 'acme', repo: 'daw' });
  await one.graphql('{ viewer { login } }');
  await other.rest.repos.get({ owner: 'acme', repo: 'daw' });
  const { data } = await other.rest.rateLimit.get();

  expect(data.resources.core).toMatchObject({ limit: 1000, used: 2, remaining: 998 });
  expect(data.resources.graphql).toMatchObject({ limit: 1000, used: 1, remaining: 999 });
});

it('makes a tree of files that are given by their content', async () => {
  town = await startTown();
  const lead = octokitFor(town.github, town.lead.token);
  const tree = [{ path: 'a/memory.json', mode: '100644', type: 'blob', content: '{}' }] as const;

  const { data } = await lead.rest.git.createTree({ owner: 'acme', repo: 'daw', tree: [...tree] });

  expect(data.tree).toMatchObject([{ path: 'a', mode: '040000', type: 'tree' }]);
});
