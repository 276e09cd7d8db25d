import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of this package: templates, examples and the action lie below it. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { readonly version: string }).version;
}

/** Where npm links the programs of packages that this one brings, and of those that it was installed beside. */
export const TOOL_FOLDERS = [join(PACKAGE_ROOT, 'node_modules', '.bin'), join(PACKAGE_ROOT, '..', '.bin')];

/**
 * A program of this package, as it is to be started by Node: from source where this runs from source, otherwise what
 * `prepare` made of it, since Node reads no TypeScript below `node_modules`.
 *
 * @param name Path below `src/`, without its ending: `cli/main`.
 */
export function programPath(name: string): string {
  const source = import.meta.url.endsWith('.ts');
  return join(PACKAGE_ROOT, source ? 'src' : 'lib', `${name}${source ? '.ts' : '.js'}`);
}
