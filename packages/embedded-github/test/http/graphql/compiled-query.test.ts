import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runQuery } from '../../../src/http/graphql/compiled-query.ts';
import { schema } from '../../../src/http/graphql/schema.ts';
import { octokitFor, startTown, type Town } from '../../support/town.ts';

/** What is answered over the interface, where nothing goes by a compiled query unless `runQuery` answers it. */
let town: Town;
beforeAll(async () => {
  town = await startTown();
  const lead = octokitFor(town.github, town.lead.token);
  const at = { owner: 'acme', repo: 'daw' };
  for (const title of ['One', 'Two', 'Three']) await lead.rest.issues.create({ ...at, title, labels: ['a', title] });
  await lead.rest.issues.createComment({ ...at, issue_number: 1, body: 'Said.' });
  await lead.rest.issues.update({ ...at, issue_number: 2, state: 'closed' });
});
afterAll(() => town.close());

/** A world as plain values, which both ways of execution read by the same resolvers. */
const context = { viewer: { user: { kind: 'User', type: 'User', login: 'lead', id: 1 } } } as never;

function compiledOf(query: string, variables: Readonly<Record<string, unknown>> = {}, operationName = null) {
  return runQuery({ schema, document: parse(query), context, variables, operationName });
}

const FIELDS = `fragment Fields on Issue { number title labels(first: 10) { nodes { name } totalCount }
  comments(last: 1) { nodes { body author { __typename login } } edges { cursor } pageInfo { endCursor hasNextPage } }
  changes: timelineItems(first: 20, itemTypes: [LABELED_EVENT, CLOSED_EVENT]) {
    nodes { __typename ... on LabeledEvent { label { name } } ... on ClosedEvent { actor { login } stateReason } }
  } }`;

describe('a query', () => {
  it.each([
    [
      'lists, fragments and what is of several types',
      `query Q($owner: String!) { repository(owner: $owner, name: "daw") { issues(first: 2, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { ...Fields } pageInfo { hasNextPage } } } } ${FIELDS}`,
    ],
    [
      'what is waited for',
      `query Q($owner: String!) { repository(owner: $owner, name: "daw") { defaultBranchRef { name target { oid ... on Commit { history(first: 5) { nodes { message parents(first: 1) { nodes { oid } } } } } } } object(expression: "HEAD:README.md") { ... on Blob { text byteSize } } } }`,
    ],
    [
      'one field under two selections',
      `query Q($owner: String!) { repository(owner: $owner, name: "daw") { issue(number: 1) { id } issue(number: 1) { title } } }`,
    ],
    [
      'what there is not',
      `query Q($owner: String!) { repository(owner: $owner, name: "daw") { object(expression: "HEAD:nowhere") { oid } } }`,
    ],
  ])('is answered as without it: %s', async (_, query) => {
    const lead = octokitFor(town.github, town.lead.token);
    // With a directive, which is never compiled, the whole is executed by the library.
    const plain = query.replace('repository(owner: $owner, name: "daw")', '$& @include(if: true)');

    const [compiled, executed] = [
      await lead.graphql(query, { owner: 'acme' }),
      await lead.graphql(plain, { owner: 'acme' }),
    ];

    expect(compiled).toEqual(executed);
    expect(JSON.stringify(compiled)).toBe(JSON.stringify(executed));
  });

  it('that fails in part is answered with what held, and why the rest did not', async () => {
    const lead = octokitFor(town.github, town.lead.token);
    const query =
      '{ repository(owner: "acme", name: "daw") { one: issue(number: 1) { title } none: issue(number: 99) { title } } }';

    const { data } = await lead.request('POST /graphql', { query, baseUrl: town.github.apiUrl.replace('/v3', '') });

    expect(data.data).toEqual({ repository: { one: { title: 'One' }, none: null } });
    expect(data.errors).toMatchObject([{ type: 'NOT_FOUND', path: ['repository', 'none'] }]);
  });
});

describe('what is compiled', () => {
  it.each([
    ['a mutation', 'mutation M { addStar(input: { starrableId: "x" }) { clientMutationId } }'],
    ['a directive', '{ viewer { login @skip(if: false) } }'],
    ['several operations', 'query A { viewer { login } } query B { viewer { login } }'],
    ['a field that nobody has written', '{ viewer { bio } }'],
    ['questions about the schema', '{ __schema { queryType { name } } }'],
  ])('leaves to the library %s', async (_, query) => {
    expect(await compiledOf(query)).toBeUndefined();
  });

  it('leaves to the library variables of another type, and operations that are not there', async () => {
    const query = 'query Q($n: Int!) { viewer { login } rateLimit { limit } node(id: "x") { id } }';

    expect(await compiledOf(query, { n: 'text' })).toBeUndefined();
    expect(await compiledOf('query Q { viewer { login } }', {}, 'Other' as never)).toBeUndefined();
    expect(await compiledOf('query Q { viewer { login } }', {}, 'Q' as never)).toEqual({ viewer: { login: 'lead' } });
  });
});
