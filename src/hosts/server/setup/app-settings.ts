import { access, constants, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartProblem } from '../start-problem.ts';
import type { ConvertedApp } from './conversion.ts';

export interface SettingsTarget {
  readonly path: string;
  /** Somebody said that a file which is there may be replaced. */
  readonly mayReplace: boolean;
}

/**
 * Whether settings can be written there, found out before an app is made whose key would then be lost.
 * @throws StartProblem
 */
export async function requireWritable({ path, mayReplace }: SettingsTarget): Promise<void> {
  const isThere = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (isThere && !mayReplace)
    throw new StartProblem(
      `${path} is there and names no app: add APP_ID, PRIVATE_KEY and WEBHOOK_SECRET to it, or make a new app with --settings and the name of another file, or with --replace-settings`,
    );
  const folder = dirname(path);
  await access(folder, constants.W_OK).catch((cause) => {
    throw new StartProblem(`the settings of a new app cannot be written, since nothing can be written in ${folder}`, {
      cause,
    });
  });
}

/** Writes the settings of an app, for nobody but the present user to read. A file that is there is replaced only where that may be. */
export async function writeAppSettings(
  { path, mayReplace }: SettingsTarget,
  { app, apiUrl }: { readonly app: ConvertedApp; readonly apiUrl: string | undefined },
): Promise<void> {
  const lines = [
    `# The GitHub App ${app.slug}, made by the set-up page of agent-waves. Whoever has this file acts as the app.`,
    `APP_ID=${app.id}`,
    `WEBHOOK_SECRET=${app.webhookSecret}`,
    `PRIVATE_KEY="${app.pem.trim().replaceAll('\n', '\\n')}"`,
    // A key of an enterprise server is worth nothing elsewhere.
    ...(apiUrl === undefined ? [] : [`GITHUB_API_URL=${apiUrl}`]),
  ];
  const text = `${lines.join('\n')}\n`;
  if (!mayReplace) return writeFile(path, text, { mode: 0o600, flag: 'wx' });
  const aside = `${path}.new`;
  await rm(aside, { force: true });
  await writeFile(aside, text, { mode: 0o600, flag: 'wx' });
  await rename(aside, path);
}
