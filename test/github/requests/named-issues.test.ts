import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { ownPart } from '../../../src/state/own-part.ts';
import { newGroupRecord, writeGroupRecord } from '../../../src/state/record.ts';
import { askedOf, issue, page, repository, useGithub } from './support/github-mock.ts';
import { processOf } from './support/under-test.ts';

/** Issues that a record names and that no list shows. */

const github = useGithub();

const body = ownPart(writeGroupRecord({ ...newGroupRecord('daw', 1), issues: { A: 9, B: 10 } }));
const wave = repository({
  waveIssues: page([issue(3, LABEL.wave, { author: { login: 'waves', __typename: 'Bot' }, body })]),
});
const asked = () => github.requests.filter(({ route }) => route === 'graphql ObserveNamed');
const gone = (alias: string) => ({
  type: 'NOT_FOUND',
  path: ['repository', alias],
  message: 'Could not resolve to an Issue',
});

describe('issues that a record names and that no list shows', () => {
  it('are read by their numbers in one request, and what is gone is asked for once', async () => {
    github.answers('graphql Observe', wave, wave, wave);
    github.answers('graphql ObserveNamed', {
      body: { data: { repository: { i9: null, i10: null } }, errors: [gone('i9'), gone('i10')] },
    });
    const pass = processOf();

    const first = await pass();
    await pass();

    expect(asked()).toHaveLength(1);
    const { query } = askedOf(asked()[0]);
    expect(query).toContain('i9: issue(number: 9) { ...IssueFields');
    expect(query).toContain('i10: issue(number: 10) { ...IssueFields');
    expect([...first.memory.cache.gone]).toEqual([9, 10]);
  });

  it('and that were transferred are gone', async () => {
    github.answers('graphql Observe', wave, wave);
    const moved = (number: number) => issue(number, LABEL.task, { repository: { nameWithOwner: 'acme/elsewhere' } });
    github.answers('graphql ObserveNamed', { body: { data: { repository: { i9: moved(9), i10: moved(10) } } } });

    const { memory } = await processOf()();

    expect([...memory.cache.gone]).toEqual([9, 10]);
  });

  it('end the pass where GitHub will not say: none is taken for gone by guess', async () => {
    github.answers('graphql Observe', wave);
    const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }];
    github.answers('graphql ObserveNamed', { body: { data: { repository: { i9: null, i10: null } }, errors } });

    await expect(processOf()()).rejects.toThrow('Resource not accessible by integration');
  });
});
