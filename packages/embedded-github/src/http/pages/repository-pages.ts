import { requireVisible } from '../../access/permissions.ts';
import { notFound } from '../../model/errors.ts';
import type { CommentRecord, IssueRecord, RepositoryRecord, RunRecord } from '../../model/records.ts';
import type { Platform } from '../../platform.ts';
import { exchange } from '../exchange.ts';
import type { RequestEntry } from '../requests.ts';
import { escaped, page } from './html.ts';
import { markdownHtml } from './markdown.ts';

export interface PageParts {
  readonly world: Platform;
  readonly onRequest: (entry: RequestEntry) => void;
}

type Draw = (repository: RepositoryRecord) => Response | Promise<Response>;

/** A page of a repository, for whoever may see that: a browser that has signed in, or a token. */
export function repositoryPage(
  { world, onRequest }: PageParts,
  { request, name }: { readonly request: Request; readonly name: string },
  draw: Draw,
): Promise<Response> {
  return exchange({
    world,
    onRequest,
    request,
    route: 'page',
    body: {},
    identify: (authorization) =>
      authorization === null ? world.signIns.viewer(request) : world.tokens.viewer(authorization),
    answer: async (viewer, seen) => {
      const repository = seen.store.repository(name);
      if (viewer) requireVisible(viewer, repository);
      else if (repository.private) throw notFound();
      return draw(repository);
    },
  });
}

/** Issues, pull requests and runs, the newest first. */
export function overviewPage(repository: RepositoryRecord): Response {
  const { fullName, issues, runs, defaultBranch } = repository;
  const of = (isPull: boolean) => issues.filter(({ pull }) => (pull !== null) === isPull).toReversed();
  const sections = [
    section(
      'Issues',
      of(false).map((issue) => issueLine(issue)),
    ),
    section(
      'Pull requests',
      of(true).map((issue) => issueLine(issue)),
    ),
    section(
      'Runs',
      runs.toReversed().map((run) => runLine(run)),
    ),
  ];
  const progress = `<a href="/${escaped(fullName)}/blob/${escaped(defaultBranch)}/PROGRESS.md">PROGRESS.md</a>`;
  return page({ title: fullName, body: `${crumbs(repository)}<p>${progress}</p>${sections.join('')}` });
}

/** An issue or a pull request, with everything that was said on it. */
export function issuePage(repository: RepositoryRecord, number: number): Response {
  const issue = repository.issues.find((each) => each.number === number);
  if (!issue) throw notFound();
  const { title, state, labels, assignees } = issue;
  const names = [...assignees].map(({ login }) => `@${login}`).join(', ');
  const head = `<h1>${escaped(title)} <span class="dim">#${number}</span></h1><p>${state} ${[...labels].map(({ name }) => label(name)).join(' ')} <span class="dim">${escaped(names)}</span></p>`;
  const shown = issue.comments.filter(({ minimized }) => minimized === null);
  const said = [statement(issue, issue.body ?? ''), ...shown.map((comment) => statement(comment, comment.body))];
  return page({ title: `${title} #${number}`, body: `${crumbs(repository)}${head}${said.join('')}` });
}

/** A run, with its jobs and their steps. */
export function runPage(repository: RepositoryRecord, id: number): Response {
  const run = repository.runs.find((each) => each.id === id);
  if (!run) throw notFound();
  const jobs = run.jobs.map(({ name, conclusion, steps }) => {
    const rows = steps.map(
      (step) => `<tr><td>${step.conclusion}</td><td>${escaped(step.name)}</td><td>${seconds(step)}</td></tr>`,
    );
    return `<article><h2>${escaped(name)}: ${conclusion}</h2><table>${rows.join('')}</table></article>`;
  });
  const state = run.conclusion ?? run.status;
  const head = `<h1>${escaped(run.displayTitle)}</h1><p>${state} <span class="dim">run ${id}, attempt ${run.runAttempt}, by ${escaped(run.actor.login)}</span></p>`;
  const none = run.jobs.length === 0 ? '<p class="dim">No job has ended.</p>' : '';
  return page({ title: run.displayTitle, body: `${crumbs(repository)}${head}${jobs.join('')}${none}` });
}

/** A file of a branch, which may have slashes in its name. */
export async function filePage(repository: RepositoryRecord, place: string): Promise<Response> {
  const parts = place.split('/');
  for (let length = parts.length - 1; length > 0; length--) {
    const [branch, path] = [parts.slice(0, length).join('/'), parts.slice(length).join('/')];
    const blob = await repository.objects.read(`refs/heads/${branch}:${path}`);
    if (blob?.type !== 'blob') continue;
    if (path.endsWith('.svg')) return picture(blob.content);
    const text = blob.content.toString('utf8');
    const shown = /\.(?:md|markdown)$/i.test(path) ? markdownHtml(text) : `<pre>${escaped(text)}</pre>`;
    return page({ title: path, body: `${crumbs(repository)}${shown}` });
  }
  throw notFound();
}

function picture(content: Buffer): Response {
  const headers = {
    'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  };
  return new Response(new Uint8Array(content), { headers });
}

function crumbs({ fullName }: RepositoryRecord): string {
  return `<nav><a href="/${escaped(fullName)}">${escaped(fullName)}</a></nav>`;
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `<h2>${title} <span class="dim">${lines.length}</span></h2><table>${lines.join('')}</table>`;
}

function issueLine({ number, title, state, labels, repository, pull }: IssueRecord): string {
  const href = `/${escaped(repository.fullName)}/${pull ? 'pull' : 'issues'}/${number}`;
  const shown = pull?.merged ? 'merged' : state;
  const names = [...labels].map(({ name }) => label(name)).join(' ');
  return `<tr><td>#${number}</td><td><a href="${href}">${escaped(title)}</a></td><td>${shown}</td><td>${names}</td></tr>`;
}

function runLine({ id, displayTitle, conclusion, status, repository }: RunRecord): string {
  const href = `/${escaped(repository.fullName)}/actions/runs/${id}`;
  return `<tr><td>${id}</td><td><a href="${href}">${escaped(displayTitle)}</a></td><td>${conclusion ?? status}</td></tr>`;
}

function label(name: string): string {
  return `<span class="label">${escaped(name)}</span>`;
}

function statement({ author, createdAt }: IssueRecord | CommentRecord, body: string): string {
  const head = `<h2>${escaped(author.login)} <span class="dim">${new Date(createdAt).toISOString()}</span></h2>`;
  return `<article>${head}${markdownHtml(body)}</article>`;
}

function seconds({ started_at, completed_at }: { readonly started_at: string; readonly completed_at: string }): string {
  return `${((Date.parse(completed_at) - Date.parse(started_at)) / 1_000).toFixed(1)} s`;
}
