import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Locator } from '../../../github/locator.ts';
import { xml } from '../../../pictures/text.ts';
import { answerText, type Handler, pathOf } from '../http-server.ts';
import type { Dashboards } from './dashboards.ts';

/** Who may look at a repository: whoever asks is told by cookie and address, never by what the path says. */
export interface Access {
  /**
   * @returns Whether it may be shown. Where not, the answer was given: where to sign in, or that there is nothing here.
   *   Until when it may (epoch ms): what goes on is asked about again then.
   */
  readonly admit: (
    request: IncomingMessage,
    response: ServerResponse,
    locator: Locator,
  ) => Promise<{ readonly until: number } | undefined>;
  /** Answers what belongs to signing in. @returns Whether it did. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Every repository may be named to whoever asks. */
  readonly isOpen: boolean;
}

export const DASHBOARD_PATH = '/dashboard';

const REPOSITORY = /^\/dashboard\/([A-Za-z0-9_.-]{1,100})\/([A-Za-z0-9_.-]{1,100})(\/events)?$/;

/** Answers what begins with /dashboard. */
export function dashboardHandler(dashboards: Dashboards, access: Access): Handler {
  return async (request, response) => {
    request.resume();
    if (request.method !== 'GET') return answerText(response, 405, 'Only GET');
    if (await access.answer(request, response)) return;
    const path = pathOf(request);
    const [, owner = '', repo = '', events] = REPOSITORY.exec(path) ?? [];
    const isList = path === DASHBOARD_PATH && access.isOpen;
    if (repo === '' && !isList) return answerText(response, 404, 'Not found');
    const admitted = await access.admit(request, response, { owner, repo });
    if (!admitted) return;
    if (isList) return answerList(response, await dashboards.names());
    if (events === undefined) return answerPage(response, dashboards, { owner, repo });
    if (!(await dashboards.watch({ owner, repo }, response))) return answerText(response, 404, 'Not found');
    const left = Math.min(admitted.until - Date.now(), 2 ** 31 - 1);
    const timer = setTimeout(() => response.end(), left);
    response.once('close', () => clearTimeout(timer));
  };
}

async function answerPage(response: ServerResponse, dashboards: Dashboards, locator: Locator): Promise<void> {
  const page = await dashboards.page(locator);
  if (!page) {
    answerText(
      response,
      404,
      'No plan of this repository has been looked at, or not yet: load this page again in a minute',
    );
    return;
  }
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': page.policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    .end(page.html);
}

function answerList(response: ServerResponse, names: readonly string[]): void {
  const items = names.map((name) => `<li><a href="${DASHBOARD_PATH}/${xml(name)}">${xml(name)}</a></li>`);
  const list = items.length === 0 ? '<p>No plan has been looked at yet.</p>' : `<ul>${items.join('')}</ul>`;
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Dashboards</title><h1>Dashboards</h1>${list}</html>\n`,
    );
}
