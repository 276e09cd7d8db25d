import { afterEach, beforeEach, expect, it } from 'vitest';
import { octokitFor, startTown, type Town } from '../../support/town.ts';

/** Pages that a person reads in a browser: by a session, or by a token. */

const at = { owner: 'acme', repo: 'daw' };

let town: Town;
beforeEach(async () => {
  town = await startTown({
    files: { 'PROGRESS.md': '# Progress\n\n<details><summary>Wave 1</summary>\n\n| a |\n| - |\n| b |\n\n</details>\n' },
  });
});
afterEach(() => town.close());

/** What a browser is shown that keeps its cookie. */
async function browserOf(login: string) {
  const signedIn = await town.github.fetch(town.github.signIn(login, '/acme/daw'), { redirect: 'manual' });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const open = (path: string) => town.github.fetch(`${town.github.url}${path}`, { headers: { cookie } });
  return { signedIn, open, text: async (path: string) => (await open(path)).text() };
}

it('shows issues with what was said on them, as Markdown that runs nothing', async () => {
  const { rest } = octokitFor(town.github, town.lead.token);
  const title = 'A <b>title</b>';
  const body = 'Some *words*.\n\n<script>alert(1)</script><img src=x onerror=alert(1)>';
  const { data: issue } = await rest.issues.create({ ...at, title, body, labels: ['agent:start'] });
  await rest.issues.createComment({ ...at, issue_number: issue.number, body: '/retry' });
  const { open, text } = await browserOf('lead');

  const list = await text('/acme/daw');
  const shown = await open(`/acme/daw/issues/${issue.number}`);
  const page = await shown.text();

  expect(list).toContain(`<a href="/acme/daw/issues/${issue.number}">A &lt;b&gt;title&lt;/b&gt;</a>`);
  expect(page).toContain('Some <em>words</em>.');
  expect(page).toContain('<p>/retry</p>');
  expect(page).toContain('<span class="label">agent:start</span>');
  expect(page).not.toContain('<script');
  expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
});

it('shows a file of a branch, Markdown as people read it', async () => {
  const { text, open } = await browserOf('lead');

  expect(await text('/acme/daw/blob/main/PROGRESS.md')).toMatch(/<details><summary>Wave 1<\/summary>\s*<table>/);
  expect((await open('/acme/daw/blob/main/none.md')).status).toBe(404);
  expect((await open('/acme/daw/issues/99')).status).toBe(404);
  expect((await open('/acme/daw/actions/runs/1')).status).toBe(404);
});

it('signs one browser in by each address, and shows a private repository to nobody else', async () => {
  const { fetch, url } = town.github;
  const address = town.github.signIn('lead', '/acme/daw');
  const signedIn = await fetch(address, { redirect: 'manual' });

  expect(signedIn).toMatchObject({ status: 302 });
  expect(signedIn.headers.get('location')).toBe('/acme/daw');
  expect(signedIn.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(404);
  expect((await fetch(`${url}/acme/daw`)).status).toBe(404);
  expect((await fetch(`${url}/acme/daw`, { headers: { cookie: 'user_session=ghp_guess' } })).status).toBe(401);
  town.github.createUser({ login: 'stranger' });
  const { text, open } = await browserOf('stranger');
  expect((await open('/acme/daw')).status).toBe(404);
  expect(await text('/acme/daw')).not.toContain('PROGRESS');
});
