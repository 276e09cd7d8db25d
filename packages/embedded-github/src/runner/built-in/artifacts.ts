import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Ending, failed, type Invocation } from '../run/invocation.ts';

/** Inputs of the two actions that are carried, and those that change nothing here. Any other is refused. */
const UPLOAD = ['name', 'path', 'if-no-files-found', 'include-hidden-files', 'retention-days', 'compression-level'];
const DOWNLOAD = ['name', 'pattern', 'path'];

/**
 * actions/upload-artifact: a file or a folder, kept beside the run for its other jobs and for whoever reads its folder.
 * As on GitHub, a name is taken once in a run, and hidden files stay behind unless they are asked for. Links are not
 * followed: they are left out. Throws, by name, for other inputs.
 */
export async function uploadArtifact(
  invocation: Invocation,
  inputs: Readonly<Record<string, string>>,
): Promise<Ending> {
  refuseOthers('actions/upload-artifact', { carried: UPLOAD, inputs });
  const { log, frame } = invocation;
  const name = inputs.name || 'artifact';
  const hidden = inputs['include-hidden-files'] === 'true';
  const path = (inputs.path ?? '').trim();
  if (/[\n*?]/.test(path))
    throw new Error(`the embedded runner's actions/upload-artifact takes one path, not '${path}'`);
  const root = resolve(frame.job.folders.workspace, path);
  const files = await filesBelow(root, hidden);
  if (files.length === 0) return nothingFound(invocation, { path, manner: inputs['if-no-files-found'] });
  const folder = artifactFolder(invocation, name);
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(folder);
  } catch {
    log.note(
      `##[error]Failed to CreateArtifact: an artifact with the name '${name}' already exists on the workflow run`,
    );
    return failed;
  }
  const from = files[0] === root ? dirname(root) : root;
  for (const file of files) {
    const target = join(folder, relative(from, file));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(file, target);
  }
  log.note(`Artifact ${name} has been uploaded: ${files.length} files`);
  return { outcome: 'success', outputs: {} };
}

/**
 * actions/download-artifact: one artifact of this run by its name, or each whose name matches a pattern of stars, into a
 * folder of its name; of these there may be none. Throws, by name, for other inputs.
 */
export async function downloadArtifact(
  invocation: Invocation,
  inputs: Readonly<Record<string, string>>,
): Promise<Ending> {
  refuseOthers('actions/download-artifact', { carried: DOWNLOAD, inputs });
  const to = resolve(invocation.frame.job.folders.workspace, inputs.path || '.');
  if (inputs.name) {
    if (await copyArtifact(artifactFolder(invocation, inputs.name), to))
      return { outcome: 'success', outputs: { 'download-path': to } };
    invocation.log.note(`##[error]Unable to download artifact(s): Artifact not found for name: ${inputs.name}`);
    return failed;
  }
  if (!inputs.pattern)
    throw new Error("the embedded runner's actions/download-artifact wants the name of one artifact, or a pattern");
  const matches = starMatcher(inputs.pattern);
  const left = await readdir(dirname(artifactFolder(invocation, 'any'))).catch(() => []); // No job has left one.
  for (const name of left.filter(matches)) await copyArtifact(artifactFolder(invocation, name), join(to, name));
  return { outcome: 'success', outputs: { 'download-path': to } };
}

/** @returns Whether there is such an artifact. */
async function copyArtifact(from: string, to: string): Promise<boolean> {
  const files = await filesBelow(from, true);
  for (const file of files) {
    const target = join(to, relative(from, file));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(file, target);
  }
  return files.length > 0;
}

function starMatcher(pattern: string): (name: string) => boolean {
  if (/[?[\]{}()!]/.test(pattern))
    throw new Error(`the embedded runner's actions/download-artifact knows stars in a pattern only, not '${pattern}'`);
  const parts = pattern.split('*').map((part) => part.replace(/[.+^$|\\]/g, '\\$&'));
  const whole = new RegExp(`^${parts.join('.*')}$`);
  return (name) => whole.test(name);
}

/** Every attempt at a run has artifacts of its own. */
function artifactFolder({ frame }: Invocation, name: string): string {
  if (/["':<>|*?\r\n\\/]/.test(name) || name.startsWith('.')) throw new Error(`'${name}' cannot be an artifact's name`);
  const { folder, runAttempt } = frame.job.request;
  return join(folder, 'artifacts', String(runAttempt), name);
}

function nothingFound(
  { log }: Invocation,
  { path, manner = 'warn' }: { readonly path: string; readonly manner?: string | undefined },
): Ending {
  const text = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`;
  if (manner === 'error') {
    log.note(`##[error]${text}`);
    return failed;
  }
  if (manner !== 'ignore') log.note(`##[warning]${text}`);
  return { outcome: 'success', outputs: {} };
}

async function filesBelow(path: string, hidden: boolean): Promise<readonly string[]> {
  const found = await lstat(path).catch(() => undefined); // What is not there is no file.
  if (found?.isFile()) return [path];
  if (!found?.isDirectory()) return [];
  const names = (await readdir(path)).sort().filter((name) => hidden || !name.startsWith('.'));
  return (await Promise.all(names.map((name) => filesBelow(join(path, name), hidden)))).flat();
}

function refuseOthers(
  action: string,
  { carried, inputs }: { readonly carried: readonly string[]; readonly inputs: Readonly<Record<string, string>> },
): void {
  const other = Object.entries(inputs).find(([name]) => !carried.includes(name));
  if (other)
    throw new Error(`the embedded runner's ${action} does not support '${other[0]}: ${other[1]}'; leave it out`);
}
