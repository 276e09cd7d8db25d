import { isDependencyFile } from './detect-install.ts';
import { packageManagerOf } from './ecosystems/package-manager.ts';
import { REQUIREMENTS } from './ecosystems/python-install.ts';
import { INSTALL_SCRIPTS, readNpmManifest } from './npm-manifest.ts';
import { openDir, type ProjectDir, projectFolders } from './project-dir.ts';

/**
 * Whether an installation may have read more of the tree than manifests, lock files, patches and schemas. Nobody can tell
 * what a program of the repository has read: so what is not known to read those alone counts.
 * docs/adr/0028-an-installation-fits-what-it-read.md
 * @param configured Commands of the configuration; undefined where those of package managers were found.
 */
export function reachesIntoCode(workspace: string, configured: readonly string[] | undefined): boolean {
  if (configured?.some((line) => !partsOf(line).every(isOfPackageManager))) return true;
  return projectFolders(workspace).some((folder) => {
    const dir = openDir(workspace, folder);
    return runsOwnScripts(dir) || copiesFolders(dir) || readsOthers(dir);
  });
}

/** Commands of a line, one by one, without variables and without what only finds the program. */
function partsOf(line: string): readonly string[] {
  const before = /^(?:\w+=\S*\s+|(?:npx|bunx|sudo)(?:\s+(?:--yes|-y))?\s+)+/;
  return line.split(/&&|\|\||[;\n]/).map((part) => part.trim().replace(before, ''));
}

/** Whatever is more than words is a shell's to read. */
const WORDS = /^[\w@=.:,+^~*[\]"'/ -]*$/;

const OF_MANAGERS: readonly RegExp[] = [
  /^(?:cd|mkdir) |^(?:true|:)?$/,
  /^(?:npm (?:ci|i|install)|pnpm (?:i|install|fetch)|yarn install|bun (?:i|install))(?: |$)|^yarn(?: --|$)/,
  /^corepack (?:enable|prepare|install)(?: |$)/,
  /^(?:python3? -m )?pip3? (?:install|download)(?: |$)|^python3? -m venv /,
  /^(?:uv (?:sync|venv|pip install|pip sync)|poetry install|pdm (?:sync|install)|pipenv (?:sync|install))(?: |$)/,
  /^(?:cargo fetch|go mod download|rustup (?:toolchain install|component add)|bundle install|composer install)(?: |$)/,
  /^(?:mix deps\.get|dotnet restore|playwright install|apt-get (?:update|install))(?: |$)/,
];

function isOfPackageManager(command: string): boolean {
  if (!WORDS.test(command) || !OF_MANAGERS.some((pattern) => pattern.test(command))) return false;
  const words = command.split(/\s+/);
  return words.every((word, at) => {
    const before = words[at - 1] ?? '';
    if (/^(?:-[rc]|--requirement|--constraint)$/.test(before)) return isDependencyFile(word.replace(/^\.\//, ''));
    // What is installed in place, or names where to work, is not copied.
    if (/^(?:-e|--editable|-C|--prefix|--cwd|--dir|--directory|cd|mkdir|-p)$/.test(before)) return true;
    return !/^["']?(?:file:|\.{1,2}(?:[/["']|$))/.test(word);
  });
}

/** They set up hooks of git, look at the machine, or read what counts anyway: patches and schemas. */
const KNOWN_SCRIPTS =
  /^(?:husky(?: install)?(?: \.[\w./-]+)?|lefthook install|simple-git-hooks|is-ci|only-allow \w+|patch-package|prisma generate|playwright install|ts-patch install|exit 0|true|)(?: -[\w=./-]+(?: [\w./-]+)?)*$/;

function runsOwnScripts(dir: ProjectDir): boolean {
  const { scripts } = readNpmManifest(dir.text('package.json'));
  return INSTALL_SCRIPTS.some((name) => {
    const script = scripts[name];
    return typeof script === 'string' && !partsOf(script).every((part) => KNOWN_SCRIPTS.test(part));
  });
}

/** Dependencies that are folders of the repository: npm links to them, others copy what is in them. */
function copiesFolders(dir: ProjectDir): boolean {
  const [manifest, python] = [dir.text('package.json'), dir.text('pyproject.toml')];
  if (/"injected"\s*:\s*true/.test(manifest) || /^\s*install-links\s*=\s*true/m.test(dir.text('.npmrc'))) return true;
  if (/"(?:file|portal):/.test(manifest) && packageManagerOf(dir).name !== 'npm') return true;
  return /\bpath\s*=\s*["']/.test(python) && !/\b(?:editable|develop)\s*=\s*true/.test(python);
}

/** Requirements files name folders, which are copied, and each other. */
function readsOthers(dir: ProjectDir): boolean {
  const lines = REQUIREMENTS.flatMap((file) => dir.text(file).split('\n'));
  return lines.some((line) => {
    const other = /^\s*(?:-[rc]|--requirement|--constraint)[\s=]*(\S+)/.exec(line)?.[1];
    return other === undefined ? /^\s*(?:\.{0,2}\/|file:)/.test(line) : !isDependencyFile(other.replace(/^\.\//, ''));
  });
}
