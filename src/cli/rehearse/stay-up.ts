import { once } from 'node:events';
import type { RehearsalSession } from './session.ts';

/** Issues, runs and the page can be looked at, and the app goes on hearing what people say. */
export async function stayUp(session: RehearsalSession, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { github, owner, repo, lead } = session;
  const dashboard = dashboardOf(session);
  if (dashboard !== undefined) console.log(`\nThe dashboard is at ${dashboard}`);
  const { data: person } = await lead.request('GET /user');
  console.log(`\nOpen ${github.signIn(person.login, `/${owner}/${repo}`)} (good for one browser). Ctrl-C ends it.`);
  await once(signal, 'abort');
}

/** Undefined where nobody serves one. */
export function dashboardOf({ app, owner, repo }: RehearsalSession): string | undefined {
  return app.dashboardUrl === undefined ? undefined : `${app.dashboardUrl}/${owner}/${repo}`;
}
