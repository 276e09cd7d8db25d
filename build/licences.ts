import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @param inputs Files of a bundle, from the root. @returns Folders of packages whose code is in it. */
export function bundledPackages(inputs: readonly string[]): readonly string[] {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

interface Bundled {
  readonly folders: readonly string[];
  /** The folder that holds their code, as people know it. */
  readonly holder: string;
}

/** The licences of packages, one below the other. */
export async function licences(root: string, { folders, holder }: Bundled): Promise<string> {
  const texts = await Promise.all(
    folders.map(async (folder) => {
      const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
      const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file ? (await readFile(join(root, folder, file), 'utf8')).trim() : '';
      return `${name} ${version} (${license})\n\n${text}`.trim();
    }),
  );
  return `${holder} holds code of these packages.\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
