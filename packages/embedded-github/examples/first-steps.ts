import { mkdtemp } from 'node:fs/promises';
import { Octokit } from '@octokit/rest';
import { createRunner, startGitHub } from 'embedded-github';

const folder = await mkdtemp('/tmp/github-');
const github = await startGitHub({ folder, runner: createRunner({ actions: {}, tools: [] }) });
const { token } = github.createUser({ login: 'ada' });
await github.createRepository({ owner: 'ada', name: 'engine' });

const octokit = new Octokit({ baseUrl: github.apiUrl, auth: token });
const { data: issue } = await octokit.rest.issues.create({ owner: 'ada', repo: 'engine', title: 'Oil the mill' });
await octokit.graphql('mutation ($issueId: ID!) { closeIssue(input: { issueId: $issueId }) { clientMutationId } }', {
  issueId: issue.node_id,
});

console.log(github.issuesReport('ada/engine').map(({ number, title, state }) => `#${number} ${title}: ${state}`));
await github.close();
