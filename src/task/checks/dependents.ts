import { readNpmManifest } from './npm-manifest.ts';
import { openDir, type ProjectDir, projectFolders } from './project-dir.ts';

/** A project as others of the repository know it: by names that it has, and names that it needs. */
interface Project {
  readonly folder: string;
  readonly names: readonly string[];
  readonly needs: ReadonlySet<string>;
}

/**
 * A change in a library can break what uses it, so that is checked too.
 * @returns A function from folders of projects to those and all that use them, directly or through others. It reads
 *   the manifests of npm, Cargo and Go once, when it is first asked.
 */
export function dependentsFinder(workspace: string): (folders: readonly string[]) => readonly string[] {
  let projects: readonly Project[] | undefined;
  return (folders) => {
    projects ??= projectFolders(workspace).flatMap((folder) => readProject(openDir(workspace, folder)) ?? []);
    const reached = [...folders];
    for (const folder of reached) {
      const names = projects.find((project) => project.folder === folder)?.names ?? [];
      const users = projects.filter(({ needs }) => names.some((name) => needs.has(name)));
      reached.push(...users.map((user) => user.folder).filter((user) => !reached.includes(user)));
    }
    return reached;
  };
}

function readProject(dir: ProjectDir): Project | undefined {
  const parts = [npm(dir.text('package.json')), cargo(dir.text('Cargo.toml')), go(dir.text('go.mod'))];
  const names = parts.flatMap((part) => (part.name === undefined ? [] : [part.name]));
  const needs = new Set(parts.flatMap((part) => part.needs));
  return names.length > 0 || needs.size > 0 ? { folder: dir.folder, names, needs } : undefined;
}

interface Part {
  readonly name: string | undefined;
  readonly needs: readonly string[];
}

const KINDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

function npm(text: string): Part {
  const manifest = readNpmManifest(text);
  const needs = KINDS.flatMap((kind) => Object.keys(manifest[kind]));
  return { name: manifest.name && `npm ${manifest.name}`, needs: needs.map((need) => `npm ${need}`) };
}

/** Only dependencies by path or from the workspace are of this repository. */
function cargo(text: string): Part {
  const name = /^\[package\][^[]*?^name\s*=\s*"([^"\n]+)"/m.exec(text)?.[1];
  const needs = text.matchAll(/^([\w-]+)(?:\.(?:path|workspace)\b|\s*=\s*\{[^}\n]*\b(?:path|workspace)\b)/gm);
  return { name: name && `cargo ${name}`, needs: [...needs].map(([, need]) => `cargo ${need}`) };
}

function go(text: string): Part {
  const name = /^module\s+(\S+)/m.exec(text)?.[1];
  const needs = text.matchAll(/^(?:require)?\s*([\w.~/-]+)\s+v\d/gm);
  return { name: name && `go ${name}`, needs: [...needs].map(([, need]) => `go ${need}`) };
}
