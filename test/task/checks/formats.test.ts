import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readJUnit } from '../../../src/task/checks/formats/junit.ts';
import { parseToolOutput } from '../../../src/task/checks/parse-tool-output.ts';

const CASES = fileURLToPath(new URL('cases', import.meta.url));
const named = (end: string) => readdirSync(CASES).filter((name) => name.endsWith(end));
const read = (name: string) => readFileSync(join(CASES, name), 'utf8');

describe('of the output of a tool is kept what went wrong and where', () => {
  it.each(named('.txt'))('%s', async (name) => {
    const findings = parseToolOutput(read(name));

    await expect(`${JSON.stringify(findings, null, 2)}\n`).toMatchFileSnapshot(
      join(CASES, name.replace('.txt', '.json')),
    );
  });
});

describe('of a JUnit report are kept the tests that failed', () => {
  it.each(named('.xml'))('%s', async (name) => {
    const findings = readJUnit(read(name));

    await expect(`${JSON.stringify(findings, null, 2)}\n`).toMatchFileSnapshot(
      join(CASES, name.replace('.xml', '.json')),
    );
  });
});
