import type { ListedRef } from '../../model/git-objects.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { FLUSH, pktLine, readPktLines } from './pkt-line.ts';

/** What git asks for most of the time: which refs there are. Their files say so without a process. */

/** Refs that pushes may not touch and are not told of (`receive.hideRefs` in the settings of every repository here). */
const HIDDEN = /^refs\/pull\//;

/**
 * The answer to `ls-refs` of the second version of the protocol, null where something else is asked.
 * https://git-scm.com/docs/protocol-v2#_ls_refs
 */
export async function listedRefs(repository: RepositoryRecord, body: Buffer): Promise<Buffer | null> {
  const { lines, rest } = readPktLines(body);
  if (lines[0]?.toString('utf8').trim() !== 'command=ls-refs') return null;
  const wishes = readPktLines(rest).lines.map((line) => line.toString('utf8').replace(/\n$/, ''));
  const prefixes = wishes.flatMap((wish) => (wish.startsWith('ref-prefix ') ? [wish.slice('ref-prefix '.length)] : []));
  const isWanted = (name: string) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
  const refs = await repository.objects.refs();
  const answer: string[] = [];
  if (isWanted('HEAD')) answer.push(...headLine(repository, { refs, wishes }));
  for (const ref of refs) {
    if (!isWanted(ref.name)) continue;
    const peeled =
      wishes.includes('peel') && ref.type === 'tag' ? await repository.objects.read(`${ref.oid}^{}`) : null;
    answer.push(`${ref.oid} ${ref.name}${peeled ? ` peeled:${peeled.oid}` : ''}`);
  }
  return Buffer.concat([...answer.map((line) => pktLine(Buffer.from(`${line}\n`))), FLUSH]);
}

function headLine(
  { defaultBranch }: RepositoryRecord,
  { refs, wishes }: { readonly refs: readonly ListedRef[]; readonly wishes: readonly string[] },
): readonly string[] {
  const target = `refs/heads/${defaultBranch}`;
  const oid = refs.find(({ name }) => name === target)?.oid;
  if (oid === undefined && !wishes.includes('unborn')) return [];
  return [
    `${oid ?? 'unborn'} HEAD${oid === undefined || wishes.includes('symrefs') ? ` symref-target:${target}` : ''}`,
  ];
}

/**
 * What `git receive-pack` begins with: the refs that may be pushed to, the first with what the program can do.
 * https://git-scm.com/docs/pack-protocol#_reference_discovery
 */
export async function pushableRefs(repository: RepositoryRecord, capabilities: string): Promise<Buffer> {
  const refs = (await repository.objects.refs()).filter(({ name }) => !HIDDEN.test(name));
  const lines = refs.map(({ oid, name }) => `${oid} ${name}`);
  const [first = `${'0'.repeat(40)} capabilities^{}`, ...others] = lines;
  const told = [`${first}\0${capabilities}`, ...others];
  return Buffer.concat([...told.map((line) => pktLine(Buffer.from(`${line}\n`))), FLUSH]);
}

/** What a program said that it can do, in what it begins with. */
export function capabilitiesIn(advertisement: Buffer): string | undefined {
  return readPktLines(advertisement).lines[0]?.toString('utf8').split('\0')[1]?.trim();
}
