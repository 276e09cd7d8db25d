import type { ProjectDir } from '../project-dir.ts';
import { type Ecosystem, firstFile, type SuggestedCommand, withoutEmpty } from './ecosystem.ts';
import { installPython, pythonRunner, REQUIREMENTS } from './python-install.ts';

/** Python: what its configuration names, run through uv, Poetry, PDM or Pipenv where they hold the environment. */
export const python: Ecosystem = {
  name: 'Python',
  manifests: [
    'pyproject.toml',
    'setup.cfg',
    'setup.py',
    'Pipfile',
    ...REQUIREMENTS.filter((file) => !file.includes('/')),
  ],
  locks: ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock', ...REQUIREMENTS],
  checks: (dir) => {
    const prefix = runner(dir);
    const command = (words: string, why: string | undefined): SuggestedCommand | undefined =>
      why === undefined ? undefined : { run: `${prefix}${words}`, why: `from ${why}` };
    return withoutEmpty({
      compile: [command(mypyWords(dir), mypy(dir)), command('pyright', configured(dir, PYRIGHT))],
      test: [command('pytest', configured(dir, PYTEST))],
      lint: [command('ruff check .', configured(dir, RUFF)), command('flake8', configured(dir, FLAKE8))],
    });
  },
  install: installPython,
};

/** Programs that pip installs for one user alone are not on the path; as modules they are found. */
const PLAIN = 'python3 -m ';

function runner(dir: ProjectDir): string {
  const name = pythonRunner(dir);
  return name === undefined ? PLAIN : `${name} run `;
}

/** Files whose presence is enough, sections of shared files, and the name among the dependencies. */
interface Tool {
  readonly files: readonly string[];
  readonly sections: readonly (readonly [file: string, section: RegExp])[];
  readonly package: string;
}

const PYTEST: Tool = {
  files: ['pytest.ini', '.pytest.ini', 'conftest.py', 'tests/conftest.py', 'test/conftest.py'],
  sections: [
    ['pyproject.toml', /^\[tool\.pytest\b/m],
    ['setup.cfg', /^\[tool:pytest\]/m],
    ['tox.ini', /^\[pytest\]/m],
  ],
  package: 'pytest',
};
const RUFF: Tool = {
  files: ['ruff.toml', '.ruff.toml'],
  sections: [['pyproject.toml', /^\[tool\.ruff\b/m]],
  package: 'ruff',
};
const FLAKE8: Tool = {
  files: ['.flake8'],
  sections: [
    ['setup.cfg', /^\[flake8\]/m],
    ['tox.ini', /^\[flake8\]/m],
  ],
  package: 'flake8',
};
const MYPY: Tool = {
  files: ['mypy.ini', '.mypy.ini'],
  sections: [
    ['pyproject.toml', /^\[tool\.mypy\b/m],
    ['setup.cfg', /^\[mypy\]/m],
  ],
  package: '',
};
const PYRIGHT: Tool = {
  files: ['pyrightconfig.json'],
  sections: [['pyproject.toml', /^\[tool\.pyright\b/m]],
  package: '',
};

/** @returns Where the tool is configured, in words. */
function configured(dir: ProjectDir, tool: Tool): string | undefined {
  const own = firstFile(dir, tool.files);
  if (own) return own;
  for (const [shared, section] of tool.sections) {
    const found = section.exec(dir.text(shared));
    if (found) return `the section ${found[0].replace(/[[\]]/g, '')} of ${shared}`;
  }
  if (tool.package === '') return undefined;
  const required = REQUIREMENTS.find((name) => new RegExp(`^${tool.package}\\b(?!-)`, 'm').test(dir.text(name)));
  if (required) return required;
  const quoted = new RegExp(
    `["']${tool.package}(?:\\[[^\\]]*\\])?\\s*[<>=~!"']|^"?${tool.package}"?\\s*=|^\\s+${tool.package}\\s*(?:[<>=~!]|$)`,
    'm',
  );
  const file = ['pyproject.toml', 'Pipfile', 'setup.cfg', 'setup.py'].find((name) => quoted.test(dir.text(name)));
  return file && `${tool.package} among the dependencies of ${file}`;
}

function mypy(dir: ProjectDir): string | undefined {
  return configured(dir, MYPY);
}

/** A configuration that says which files to check is asked, not overruled. */
function mypyWords(dir: ProjectDir): string {
  const says = ['mypy.ini', '.mypy.ini', 'pyproject.toml', 'setup.cfg'].some((file) =>
    /^\[(?:tool\.)?mypy\](?:\n(?!\[).*)*\n(?:files|packages)\s*=/m.test(dir.text(file)),
  );
  return says ? 'mypy' : 'mypy .';
}
