import * as z from 'zod/mini';
import { parseJson } from '../protocol/json.ts';

/** Agents write manifests, too: a field that is not as npm has it counts as absent, and says nothing of the others. */
const named = z.catch(z.record(z.string(), z.unknown()), {});

const manifest = z.object({
  name: z.catch(z.optional(z.string()), undefined),
  scripts: named,
  dependencies: named,
  devDependencies: named,
  peerDependencies: named,
  optionalDependencies: named,
});

export type NpmManifest = Readonly<z.infer<typeof manifest>>;

/** @returns What a package.json says; nothing where there is none, or one that npm cannot read either. */
export function readNpmManifest(text: string): NpmManifest {
  return parseJson(text, manifest) ?? manifest.parse({});
}

/** Scripts of a repository's own package.json that run when its dependencies are installed. */
export const INSTALL_SCRIPTS: readonly string[] = [
  ...['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'],
];
