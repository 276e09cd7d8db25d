/** The pages of the set-up: no script, no picture, nothing from elsewhere. */

interface Page {
  readonly title: string;
  readonly body: string;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1f2328;background:#fff}' +
  'label{display:block;margin:1rem 0 .25rem;font-weight:600}input{width:100%;box-sizing:border-box;padding:.5rem;font:inherit}' +
  'button{margin-top:1.5rem;padding:.6rem 1.2rem;font:inherit}.problem{color:#b3261e}' +
  '@media (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}.problem{color:#ff7b72}}';

export function firstPage({ path, webUrl, problem }: { path: string; webUrl: string; problem?: string }): Page {
  return {
    title: 'Make the GitHub App',
    body: `<p>Agent Waves has no GitHub App yet. This page makes one at <b>${escaped(webUrl)}</b>: two clicks here, one there.</p>
${problem === undefined ? '' : `<p class="problem" role="alert">${escaped(problem)}</p>`}
<form method="post" action="${escaped(path)}">
<label for="address">Address at which GitHub reaches this server</label>
<input id="address" name="address" type="url" required placeholder="https://waves.example.com">
<label for="organization">Organization that is to own the app (empty: you)</label>
<input id="organization" name="organization" autocomplete="off">
<button>Go on</button>
</form>`,
  };
}

export function sendPage({ target, manifest }: { target: string; manifest: object }): Page {
  return {
    title: 'Make the GitHub App',
    body: `<p>GitHub shows what the app may do, lets you change its name, and makes it.</p>
<form method="post" action="${escaped(target)}">
<input type="hidden" name="manifest" value="${escaped(JSON.stringify(manifest))}">
<button>Continue on GitHub</button>
</form>`,
  };
}

export function donePage(installUrl: string): Page {
  return {
    title: 'The GitHub App is made',
    body: `<p>Its settings are written, and the server starts with them.</p>
<p><a href="${escaped(installUrl)}">Install it on your repositories</a></p>`,
  };
}

export function problemPage(problem: string): Page {
  return { title: 'That did not work', body: `<p class="problem" role="alert">${escaped(problem)}</p>` };
}

export function renderPage({ title, body }: Page): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${STYLE}</style>
<h1>${title}</h1>
${body}
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
