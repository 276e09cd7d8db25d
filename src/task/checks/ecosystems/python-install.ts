import type { ProjectDir } from '../project-dir.ts';
import type { SuggestedCommand } from './ecosystem.ts';

/** Requirements files that are installed where they lie, as paths from the project's folder. */
export const REQUIREMENTS = [
  'requirements.txt',
  'requirements-dev.txt',
  'requirements-test.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
  'requirements/dev.txt',
  'requirements/test.txt',
];

export type PythonRunner = 'uv' | 'poetry' | 'pdm' | 'pipenv' | undefined;

/** The program that holds the environment of a project, by this folder or one above it; undefined: Python itself does. */
export function pythonRunner(dir: ProjectDir): PythonRunner {
  for (const above of dir.selfAndAncestors) {
    const project = above.text('pyproject.toml');
    if (above.has('uv.lock') || /^\[tool\.uv\b/m.test(project)) return 'uv';
    if (above.has('poetry.lock') || /^\[tool\.poetry\]/m.test(project)) return 'poetry';
    if (above.has('pdm.lock') || /^\[tool\.pdm\b/m.test(project)) return 'pdm';
    if (above.has('Pipfile.lock') || above.has('Pipfile')) return 'pipenv';
  }
  return undefined;
}

/** Extras and groups of dependencies that checks are likely to need; others may exclude each other. */
const NEEDED =
  /^(?:dev|devel|develop|development|tests?|testing|lint|linting|typing|types|checks?|ci|qa|style|formatting)$/;

/** @returns How the dependencies of a Python project come in, by the most exact file that it has. */
export function installPython(dir: ProjectDir): readonly SuggestedCommand[] {
  const extras = extrasOf(dir);
  const groups = keysOf(dir.text('pyproject.toml'), 'dependency-groups').filter((name) => NEEDED.test(name));
  const flags = (flag: string, names: readonly string[]) => names.map((name) => ` ${flag} ${name}`).join('');
  if (dir.has('uv.lock'))
    return [{ run: `uv sync --frozen${flags('--extra', extras)}${flags('--group', groups)}`, why: 'from uv.lock' }];
  if (dir.has('poetry.lock')) {
    const with_ = optionalPoetryGroups(dir);
    const groupFlag = with_.length === 0 ? '' : ` --with ${with_.join(',')}`;
    return [
      { run: `poetry install --no-interaction${groupFlag}${flags('--extras', extras)}`, why: 'from poetry.lock' },
    ];
  }
  // It takes the groups for developers by itself.
  if (dir.has('pdm.lock')) return [{ run: `pdm sync${flags('--group', extras)}`, why: 'from pdm.lock' }];
  if (dir.has('Pipfile.lock')) return [{ run: 'pipenv sync --dev', why: 'from Pipfile.lock' }];
  if (dir.has('Pipfile')) return [{ run: 'pipenv install --dev --skip-lock', why: 'from Pipfile' }];
  // In a workspace the root installs; without a lock file the program itself installs as it runs.
  if (pythonRunner(dir) !== undefined) return [];
  return installByPip(dir, { extras, groups });
}

/** The system's Python of Debian and Ubuntu refuses pip unless it is told that this is meant; the home is one of ours. */
const PIP = 'PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install';

function installByPip(
  dir: ProjectDir,
  { extras, groups }: { readonly extras: readonly string[]; readonly groups: readonly string[] },
): readonly SuggestedCommand[] {
  const files = REQUIREMENTS.filter((file) => dir.has(file));
  const project = packageFile(dir);
  const words = files.map((file) => ` -r ${file}`).join('');
  const itself = extras.length === 0 ? ' -e .' : ` -e '.[${extras.join(',')}]'`;
  const commands: SuggestedCommand[] = [];
  if (files.length > 0 || project)
    commands.push({
      // What building it in place leaves beside the code would land with the task.
      run: `${PIP}${words}${project ? `${itself} && rm -rf *.egg-info src/*.egg-info` : ''}`,
      why: `from ${[...files, ...(project ? [project] : [])].join(', ')}`,
    });
  if (groups.length > 0) {
    const flags = groups.map((name) => ` --group ${name}`).join('');
    // Groups came with pip 25.1.
    commands.push({
      run: `${PIP} --quiet --upgrade 'pip>=25.1' && ${PIP}${flags}`,
      why: 'from dependency-groups of pyproject.toml',
    });
  }
  return commands;
}

/** The file that makes the folder a package; one that only configures tools makes none. */
function packageFile(dir: ProjectDir): string | undefined {
  if (/^\[(?:project|build-system)\]/m.test(dir.text('pyproject.toml'))) return 'pyproject.toml';
  if (dir.has('setup.py')) return 'setup.py';
  return undefined;
}

/** Names of extras that checks are likely to need. What is not of plain letters is left out: it would reach the shell. */
function extrasOf(dir: ProjectDir): readonly string[] {
  const inSetup = /\bextras_require\s*=\s*(?:\{|dict\()([\s\S]*?)\n?[ \t]*[})]/.exec(dir.text('setup.py'))?.[1] ?? '';
  const names = [
    ...keysOf(dir.text('pyproject.toml'), 'project.optional-dependencies'),
    ...keysOf(dir.text('pyproject.toml'), 'tool.poetry.extras'),
    ...keysOf(dir.text('setup.cfg'), 'options.extras_require'),
    ...[...inSetup.matchAll(/["']?([A-Za-z_]+)["']?\s*[:=]\s*\[/g)].map(([, name = '']) => name),
  ];
  return [...new Set(names)].filter((name) => NEEDED.test(name)).sort();
}

function optionalPoetryGroups(dir: ProjectDir): readonly string[] {
  const groups = dir.text('pyproject.toml').matchAll(/^\[tool\.poetry\.group\.([\w-]+)\]\s*\n\s*optional\s*=\s*true/gm);
  return [...groups].map(([, name = '']) => name).filter((name) => NEEDED.test(name));
}

/** The keys of one section of a TOML or INI file. */
function keysOf(text: string, section: string): readonly string[] {
  const head = `[${section}]`;
  const lines = text.split(/\r?\n/);
  const from = lines.findIndex((line) => line.trim() === head);
  if (from < 0) return [];
  const rest = lines.slice(from + 1);
  const to = rest.findIndex((line) => /^\[[\w."-]+\]\s*$/.test(line));
  return rest.slice(0, to < 0 ? rest.length : to).flatMap((line) => /^"?([A-Za-z0-9._-]+)"?\s*=/.exec(line)?.[1] ?? []);
}
