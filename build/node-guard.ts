import { readFileSync } from 'node:fs';

/** The oldest major version of Node that our programs run on, as package.json promises it. */
export const OLDEST_NODE = oldestNode(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Who is started, and what somebody can do about a Node that is too old for it. */
export interface GuardedProgram {
  /** The file beside the guard that holds the program; `*` stands for the first argument. */
  readonly file: string;
  /** Begins the sentence: `agent-waves`. */
  readonly name: string;
  /** What to do, as a sentence. */
  readonly advice: string;
  /** Comes before the sentence: a workflow command, say. */
  readonly prefix?: string;
}

/**
 * The text of an entry point that loads a program, or says in one line that this Node is too old for it and exits 1. Only
 * what Node has understood since version 10 stands in it, and nothing is imported before the version was looked at: a
 * program that an old Node cannot even parse is never read by it.
 */
export function guardedEntry({ file, name, advice, prefix = '' }: GuardedProgram): string {
  const needs = `${prefix}${name} needs Node ${OLDEST_NODE} or later; this is Node `;
  return `#!/usr/bin/env node
// The program is in ${file}; this file says so in one sentence where Node is too old to read it.
if (parseInt(process.versions.node, 10) < ${OLDEST_NODE}) {
  console.error(${JSON.stringify(needs)} + process.version + ${JSON.stringify(`. ${advice}`)});
  process.exitCode = 1;
} else {
  import(${`./${file}`
    .split('*')
    .map((part) => JSON.stringify(part))
    .join(' + process.argv[2] + ')});
}
`;
}

function oldestNode(manifest: string): number {
  const range = String(JSON.parse(manifest).engines?.node);
  const major = /^>=(\d+)$/.exec(range)?.[1];
  if (major === undefined)
    throw new Error(`package.json: engines.node is ${range}; write it as >= and a major version`);
  return Number(major);
}
