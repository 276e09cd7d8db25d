import { describe, expect, it } from 'vitest';
import { dependencyFingerprint } from '../../src/state/dependency-fingerprint.ts';
import { fingerprintOf, fingerprintOfText, isChangedSinceDone } from '../../src/state/fingerprint.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';

describe('a fingerprint', () => {
  // http://www.isthe.com/chongo/src/fnv/test_fnv.c
  it.each([
    ['', '811c9dc5'],
    ['a', 'e40c292c'],
    ['foobar', 'bf9cf968'],
  ])('of "%s" is the one that FNV-1a is known by', (text, expected) => {
    expect(fingerprintOfText(text)).toBe(expected);
  });

  it('is of bytes, has eight digits, and differs by one character', () => {
    const texts = ['\u007f', '\u0080', 'é', 'e', 'naïve', 'naive', '🌊', 'ab', 'ba'];
    const found = texts.map(fingerprintOfText);

    expect(new Set(found).size).toBe(texts.length);
    for (const each of found) expect(each).toMatch(/^[0-9a-f]{8}$/);
    // The bytes c3 a9, and the text of the characters that have these numbers.
    expect(fingerprintOfText('é')).not.toBe(fingerprintOfText('\u00c3\u00a9'));
  });

  it('of a task is another one where something else is asked for', () => {
    const task = { title: 'Build', outputs: ['a.ts'], acceptance: ['It runs'] } as never;
    const other = (change: object) => ({ ...(task as object), ...change }) as never;
    const finished = fingerprintOf(task);

    expect(isChangedSinceDone({ finished }, task)).toBe(false);
    expect(isChangedSinceDone({ finished }, other({ estimate: '2h' }))).toBe(false);
    for (const change of [{ title: 'Bild' }, { outputs: [] }, { acceptance: ['It runs', 'It stops'] }])
      expect(isChangedSinceDone({ finished }, other(change))).toBe(true);
    expect(isChangedSinceDone({}, task)).toBe(false);
  });

  it('of what a task stands on changes with the work on the base and the issues that it needs, and nothing else', () => {
    const snapshot = (repository: object, ...issues: object[]) => ({ repository, issues }) as unknown as Snapshot;
    const of = (given: Snapshot) => dependencyFingerprint({ needs: { A: 3, B: 5 } as never }, given);
    const open = (number: number) => ({ number, open: true });
    const base = of(snapshot({ head: 'h1', work: 'w1' }, open(3), open(4), open(5)));

    expect(of(snapshot({ head: 'h2', work: 'w1' }, open(3), open(5), open(6)))).toBe(base);
    expect(of(snapshot({ head: 'h1', work: 'w2' }, open(3), open(5)))).not.toBe(base);
    expect(
      of(snapshot({ head: 'h1', work: 'w1' }, open(3), { ...open(5), open: false, closedAs: 'completed' })),
    ).not.toBe(base);
    expect(of(snapshot({ head: 'w1' }, open(3), open(5)))).toBe(base);
  });
});
