import { REPOSITORY, type Town } from '../world/town.ts';

export type Login = 'lead' | 'tess' | 'eve';

/** What people do with a browser: nothing goes wrong with it. */
export class Hands {
  readonly #town: Town;

  constructor(town: Town) {
    this.#town = town;
  }

  /** @returns The answer; undefined where GitHub refused. */
  async ask<T>(by: Login, method: string, path: string, body: object = {}): Promise<T | undefined> {
    const { github, tokens } = this.#town;
    const headers = { authorization: `token ${tokens[by]}`, 'content-type': 'application/json' };
    const init = method === 'GET' ? { headers } : { method, headers, body: JSON.stringify(body) };
    const response = await github.fetch(`${github.apiUrl}/repos/${REPOSITORY}/${path}`, init);
    const text = await response.text();
    return response.status < 300 ? ((text === '' ? {} : JSON.parse(text)) as T) : undefined;
  }

  label(issue: number, label: string, by: Login = 'lead') {
    return this.ask(by, 'POST', `issues/${issue}/labels`, { labels: [label] });
  }

  unlabel(issue: number, label: string, by: Login = 'lead') {
    return this.ask(by, 'DELETE', `issues/${issue}/labels/${encodeURIComponent(label)}`);
  }

  async say(issue: number, body: string, by: Login = 'lead'): Promise<number> {
    return (await this.ask<{ id: number }>(by, 'POST', `issues/${issue}/comments`, { body }))?.id ?? 0;
  }

  edit(issue: number, change: object, by: Login = 'lead') {
    return this.ask(by, 'PATCH', `issues/${issue}`, change);
  }
}
