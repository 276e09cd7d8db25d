import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type GitIn, openGit } from '../../support/git.ts';
import type { Machine } from '../../support/machine.ts';
import type { Site } from '../../support/site.ts';

/** What an agent of an earlier run could leave in a checkout that the machine keeps, and what would come of it. */
export interface Trap {
  readonly site: Site;
  /** The checkout, before anything of this run has happened. */
  readonly checkout: GitIn;
  /** The repository's address, as the run fetches from it. */
  readonly remote: string;
  /** Commit that the base stands at. */
  readonly base: string;
  /** A folder of the attacker's, beside the checkout. */
  readonly folder: string;
  /** An address of the attacker's. */
  readonly address: string;
  /** @returns Path of a program that leaves a note when somebody runs it, and passes its input on. */
  readonly program: (name: string) => Promise<string>;
  /** Names of the programs that ran, and whether each was given the run's token. */
  readonly ran: () => Promise<readonly string[]>;
  /** What came in at the attacker's address: request line and credentials. */
  readonly heard: readonly string[];
  readonly close: () => Promise<unknown>;
}

export async function setTrap(site: Site, machine: Pick<Machine, 'job' | 'workspace'>): Promise<Trap> {
  const folder = join(site.folder, 'attacker');
  const notes = join(folder, 'notes');
  await mkdir(notes, { recursive: true });
  const heard: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    heard.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    site,
    folder,
    heard,
    checkout: machine.workspace,
    remote: machine.job.remote,
    base: (await site.ref('refs/heads/main')) ?? '',
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    program: async (name) => {
      const path = join(folder, name);
      await writeFile(path, `#!/bin/sh\n{ id -u; env; } > ${notes}/${name}\nexec timeout 1 cat\n`);
      await chmod(path, 0o755);
      return path;
    },
    ran: async () => {
      const token = Buffer.from(`x-access-token:${site.token}`).toString('base64');
      const notesOf = async (name: string) => readFile(join(notes, name), 'utf8');
      const names = await readdir(notes);
      return Promise.all(
        names.sort().map(async (name) => ((await notesOf(name)).includes(token) ? `${name}, with the token` : name)),
      );
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A repository of the attacker's, with a history like that of the base and one file that is not the base's. */
export async function evilRepository({ site, folder }: Trap): Promise<GitIn> {
  const parent = openGit(folder);
  await parent.run('clone', '--quiet', site.cloneUrl, 'evil');
  const evil = openGit(join(folder, 'evil'));
  await evil.write({ 'src/ground.txt': 'evil\n', 'evil.txt': 'evil\n' });
  await evil.run('add', '--all');
  await evil.run('commit', '--quiet', '--amend', '--no-edit');
  return evil;
}
