import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import type { GitObject } from '../model/git-objects.ts';
import { memoryOf } from './in-memory.ts';

/**
 * Objects as git keeps those that it has not packed, for the price of a file instead of a process.
 * https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage
 */

function fileOf(gitDir: string, oid: string): string {
  return join(gitDir, 'objects', oid.slice(0, 2), oid.slice(2));
}

/** @returns The id of what is there now. */
export function writeObject(gitDir: string, { type, content }: Pick<GitObject, 'type' | 'content'>): string {
  const data = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const oid = createHash('sha1').update(data).digest('hex');
  const memory = memoryOf(gitDir);
  if (memory) {
    if (!memory.objects.has(oid))
      memory.objects.set(oid, { oid, type, content: data.subarray(data.length - content.length) });
    return oid;
  }
  const file = fileOf(gitDir, oid);
  if (existsSync(file)) return oid;
  mkdirSync(dirname(file), { recursive: true });
  // Under another name first: whoever reads finds it whole or not at all.
  const unfinished = join(gitDir, 'objects', `tmp_obj_${process.pid}_${oid}`);
  writeFileSync(unfinished, deflateSync(data), { mode: 0o444 });
  renameSync(unfinished, file);
  return oid;
}

/** The object with this id, null where it is packed or nowhere. */
export function readLooseObject(gitDir: string, oid: string): GitObject | null {
  const memory = memoryOf(gitDir);
  if (memory) return memory.objects.get(oid) ?? null;
  const file = fileOf(gitDir, oid);
  if (!existsSync(file)) return null;
  const data = inflateSync(readFileSync(file));
  const end = data.indexOf(0);
  const type = data.toString('latin1', 0, data.indexOf(0x20));
  return isType(type) ? { oid, type, content: data.subarray(end + 1) } : null;
}

export function isType(type: string | undefined): type is GitObject['type'] {
  return type === 'commit' || type === 'tree' || type === 'blob' || type === 'tag';
}
