// Writes which commit of our own action the templates name, and the version beside it: `npm run pin`, or
// `npm run pin -- <commit>`. Without one it is the commit that is checked out. docs/releasing.md says when.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const OWN_USE = /(uses: agent-waves\/agent-waves(?:\/[\w-]+)?@)\S+ # \S+/g;

const [asked = 'HEAD'] = process.argv.slice(2);
const commit = git('rev-parse', '--verify', `${asked}^{commit}`);
// Throws where the commit holds none of them.
for (const path of ['action.yml', 'agents/action.yml', 'orchestrate/action.yml', 'dist/task.js', 'dist/pass.js'])
  git('cat-file', '-e', `${commit}:${path}`);
const { version } = JSON.parse(git('show', `${commit}:package.json`)) as { readonly version: string };
const folder = new URL('templates/', root);
for (const name of readdirSync(folder)) {
  const file = new URL(name, folder);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(OWN_USE, (_, use) => `${use}${commit} # v${version}`),
  );
}
console.log(`the templates name ${commit}, v${version}`);

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}
