import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from './checked.ts';

const { findings, figures } = check(readFileSync(new URL('cases/execution-plan.json', import.meta.url), 'utf8'));

function messagesOf(rule: string): readonly string[] {
  return findings.filter((verdict) => verdict.rule === rule).map(({ message }) => message);
}

function told1(rule: string, part: string): string {
  const messages = messagesOf(rule).filter((message) => message.includes(part));
  expect(messages).toHaveLength(1);
  return messages[0] ?? '';
}

describe("the specification's plan, which contradicts its own tables in ten points,", () => {
  it('has a critical path of 23.5 h, not of 33.5 h, whose chain has two links that are no dependencies', () => {
    expect(told1('claim-total', 'critical path')).toMatch(
      /takes 33\.5 h; the longest chain of dependencies takes 23\.5 h/,
    );
    const chain = told1('claim-chain', 'CORE-001');
    expect(chain).toContain('2 of its 6 links are no dependencies');
    expect(chain).toContain('EXECUTOR-001 does not wait for PLANNER-001');
    expect(chain).toContain('VALIDATOR-001 does not wait for EXECUTOR-001');
    expect(chain).toContain('ORCHESTRATOR-001 can be done after 21.5 h, not 33.5 h');
  });

  it('takes 161 h one task after the other, not 65 h', () => {
    expect(told1('claim-total', 'one task after the other')).toMatch(/takes 65 h .* add up to 161 h/);
  });

  it('cannot be done in 8 to 12 h', () => {
    expect(told1('claim-total', 'all is done in')).toMatch(
      /done in 8 to 12 h; however many agents work, it takes at least 23\.5 h/,
    );
  });

  it('has seven waves that overflow their window', () => {
    const [summary, ...waves] = messagesOf('claim-window');
    expect(summary).toMatch(/^7 of 10 waves overflow/);
    const overflow = waves.map((message) => /gives (.*) to wave (\d+).* takes (.*),/.exec(message)?.slice(1));
    expect(overflow).toEqual([
      ['1.5 h', '1', '2.5 h'],
      ['3.5 h', '2', '5 h'],
      ['4 h', '3', '9 h'],
      ['6 h', '5', '14 h'],
      ['6 h', '6', '10 h'],
      ['8 h', '7', '18 h'],
      ['8 h', '9', '12 h'],
    ]);
  });

  it('declares another concurrency than its dependencies allow in six waves', () => {
    const [summary, ...waves] = messagesOf('claim-concurrency');
    expect(summary).toMatch(/^6 of 10 waves/);
    const differing = waves.map((message) =>
      /wave (\d+) run (\d+) .* allow, (\d+) run/.exec(message)?.slice(1).map(Number),
    );
    expect(differing).toEqual([
      [2, 5, 3],
      [3, 4, 3],
      [5, 4, 3],
      [7, 3, 2],
      [8, 6, 4],
      [9, 6, 4],
    ]);
  });

  it('has 27 of 76 dependencies inside one wave', () => {
    expect(messagesOf('edges-inside-waves')).toEqual([
      expect.stringMatching(/^27 of 76 dependencies lie inside one wave/),
    ]);
  });

  it('has a security phase of 7 h, not of 4 h', () => {
    expect(messagesOf('claim-phase')).toEqual([
      expect.stringMatching(
        /side by side in 4 h; but MCP-SEC-002, MCP-SEC-003 and MCP-SEC-004 wait for MCP-SEC-001, so that the phase takes 7 h, not 4 h/,
      ),
    ]);
  });

  it('gives eleven tasks another place than their dependencies do', () => {
    const [summary, ...places] = messagesOf('claim-slot');
    expect(summary).toMatch(/^11 of 47 places/);
    expect(places.map((message) => /gives (\S+) place/.exec(message)?.[1])).toEqual([
      'FRONTEND-001',
      'AUTH-001',
      'DB-001',
      'CORE-003',
      'MODEL-001',
      'PROMPT-GOV-002',
      'UAT-001',
      'UAT-002',
      'UAT-003',
      'DRIFT-001',
      'DRIFT-002',
    ]);
  });

  it('has two tasks of 8 h, and five of exactly the 6 h that a hosted job may last', () => {
    const messages = messagesOf('long-task');
    const namedIn = (part: string) =>
      messages.filter((message) => message.includes(part)).map((text) => text.split(' ')[0]);
    expect(namedIn('takes 8 h, and a job on a hosted runner may last 6 h')).toEqual([
      'VALIDATOR-001',
      'ORCHESTRATOR-001',
    ]);
    expect(namedIn('takes exactly the 6 h')).toEqual([
      'PLANNER-001',
      'EXECUTOR-001',
      'POLICY-001',
      'EVAL-002',
      'UAT-001',
    ]);
    expect(messages).toHaveLength(7);
  });

  it('has a table of agent types that matches 17 of 47 tasks', () => {
    const table = told1('claim-agent-type', 'table of agent types');
    expect(table).toContain('matches 17 of 47 tasks and leaves to `general-purpose`: PROMPT-GOV-001, CORE-002,');
  });

  it('has the figures that were computed for it', () => {
    expect(figures).toMatchObject({ tasks: 47, dependencies: 76, work: 9660, critical: { minutes: 1410 } });
    expect(messagesOf('redundant-edge')).toHaveLength(11);
  });
});
