import { readNpmManifest } from '../../checks/npm-manifest.ts';
import { goneFrom } from './check-members.ts';
import { checkingScripts } from './check-scripts.ts';

export const MANIFEST_SETTINGS = [
  ...['jest', 'vitest', 'mocha', 'ava', 'nyc', 'c8', 'tap', 'xo', 'eslintConfig', 'eslintIgnore'],
];

/** @param called Words of the configured checks' commands. */
export function changedManifest(before: string, after: string, called: ReadonlySet<string>): readonly string[] {
  const [old, now] = [readNpmManifest(before), readNpmManifest(after)];
  const scripts = [...checkingScripts(old.scripts, called)].flatMap((name) => {
    if (now.scripts[name] === old.scripts[name]) return [];
    return [`the script \`${name}\` ${now.scripts[name] === undefined ? 'is gone' : 'is another'}`];
  });
  const [oldKeys, newKeys] = [objectIn(before), objectIn(after)];
  const settings = MANIFEST_SETTINGS.filter((key) => {
    const isNew = oldKeys[key] === undefined && key !== 'eslintIgnore';
    return !isNew && JSON.stringify(oldKeys[key]) !== JSON.stringify(newKeys[key]);
  });
  return [
    ...scripts,
    ...settings.map((key) => `the settings under \`${key}\` are others`),
    ...goneFrom([workspacesOf(oldKeys), new Set(workspacesOf(newKeys))]),
    ...replacedDependencies(before, after),
  ];
}

export function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Package managers refuse it, too, and with it the work.
    return {};
  }
}

function workspacesOf({ workspaces }: Readonly<Record<string, unknown>>): readonly string[] {
  const { packages } = Object(workspaces) as { readonly packages?: unknown };
  const list = Array.isArray(workspaces) ? workspaces : packages;
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

/** What a version says that does not come from the registry under its own name. */
const ELSEWHERE =
  /^(?:file|link|portal|patch|git|git\+\w+|https?|github|gitlab|bitbucket|npm):|^[\w.-]+\/[\w.-]+(?:#|$)/;

/** A program of a check that is another one by the same name finds what it likes. */
function replacedDependencies(before: string, after: string): readonly string[] {
  const [old, now] = [dependenciesOf(before), dependenciesOf(after)];
  const replaced = [...now].filter(([name, version]) => {
    const former = old.get(name);
    return ELSEWHERE.test(version) && former !== undefined && !ELSEWHERE.test(former);
  });
  return replaced.map(([name]) => `\`${name}\` comes from elsewhere`);
}

/** With what is put in the place of one, wherever in the tree. */
function dependenciesOf(text: string): ReadonlyMap<string, string> {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = readNpmManifest(text);
  const found = new Map<string, string>();
  for (const list of [peerDependencies, optionalDependencies, dependencies, devDependencies])
    for (const [name, version] of Object.entries(list)) if (typeof version === 'string') found.set(name, version);
  return found;
}
