import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import * as z from 'zod';
import { PACKAGE_ROOT } from '../package-root.ts';

const appManifest = z.object({
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});

/** What the app may do and hear, from the manifest that users make their app of. */
export async function readAppManifest(): Promise<{
  permissions: Record<string, 'read' | 'write'>;
  events: readonly string[];
}> {
  const manifest = appManifest.parse(load(await readFile(join(PACKAGE_ROOT, 'app.yml'), 'utf8')));
  return { permissions: manifest.default_permissions, events: manifest.default_events };
}
