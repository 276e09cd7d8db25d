import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { readBounded } from './bounded-file.ts';
import { parseJson } from './json.ts';

/**
 * The file in which a step leaves what is more than a word. Whoever can write where it lies can put another in its place,
 * an agent that runs as our own user, or the job that carries it over: the runner keeps its digest, which they cannot.
 */

/** More than every output at its longest. */
const MAX_BYTES = 8 * 1024 * 1024;

const values = z.record(z.string(), z.unknown());

/** @returns The digest of what was written. @throws when it is more than will be read. */
export function writeOutputFile(file: string, outputs: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(outputs);
  const size = Buffer.byteLength(text);
  if (size > MAX_BYTES)
    throw new Error(`the outputs of this step have ${size} bytes; ${MAX_BYTES} is the most that is handed on`);
  putOutputFile(file, text);
  return digestOf(text);
}

/** @returns The outputs, each of which its reader still has to parse. @throws where the file is not the one that was written. */
export function readOutputFile(file: string, digest: string): Readonly<Record<string, unknown>> {
  return parsedFile(file, bytesOf(file, digest));
}

/** Takes the file that a step of another job wrote for one of this job. @throws where it is not that file. */
export function adoptOutputFile(
  file: string,
  { from, digest }: { readonly from: string; readonly digest: string },
): void {
  putOutputFile(file, bytesOf(from, digest));
}

function bytesOf(file: string, digest: string): Buffer {
  const bytes = readBounded(file, MAX_BYTES);
  if (!bytes) throw new Error(`${file} is not there: what a step has found is lost`);
  if (digestOf(bytes) !== digest) throw new Error(`${file} is not what its step has written: somebody changed it`);
  return bytes;
}

function parsedFile(file: string, bytes: Buffer): Readonly<Record<string, unknown>> {
  const outputs = parseJson(bytes.toString('utf8'), values);
  if (!outputs) throw new Error(`${file} holds no outputs of a step`);
  return outputs;
}

/** Never written through what somebody left in its place. */
function putOutputFile(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { recursive: true, force: true });
  writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Appends to the runner's file of step outputs. */
export function announceOutputs(file: string | undefined, outputs: Readonly<Record<string, string>>): void {
  if (file) appendFileSync(file, outputLines(outputs));
}

function outputLines(outputs: Readonly<Record<string, string>>): string {
  const written = Object.entries(outputs).map(([name, value]) => {
    // A word nobody can guess: no value can end itself early.
    const end = `end_${randomUUID()}`;
    return `${name}<<${end}\n${value}\n${end}\n`;
  });
  return written.join('');
}
