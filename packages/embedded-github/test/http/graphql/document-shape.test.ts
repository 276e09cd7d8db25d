import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { shapeOf } from '../../../src/http/graphql/document-shape.ts';
import { problemsOf } from '../../../src/http/graphql/documents.ts';
import { schema } from '../../../src/http/graphql/schema.ts';

const shape = (text: string) => shapeOf(parse(text));
const named = (body: string) => `query Q($owner: String!) { repository(owner: $owner, name: "daw") { ${body} } }`;

it.each([
  ['numbers of issues and of their aliases', 'i1: issue(number: 1) { id }', 'i27: issue(number: 27) { id }'],
  ['places in the text', 'issue(number: 1) { id }', 'issue(number: 1)\n{ id }'],
  ['how many are asked for', 'labels(first: 1) { totalCount }', 'labels(first: 100) { totalCount }'],
])('is the same for documents that differ by %s', (_, one, other) => {
  expect(shape(named(one))).toBe(shape(named(other)));
});

it('is the same for other ids, however many', () => {
  expect(shape('{ edits0: nodes(ids: ["a"]) { id } }')).toBe(shape('{ edits0: nodes(ids: ["b", "c"]) { id } }'));
});

it.each([
  [
    'one field was asked for twice',
    'i1: issue(number: 1) { id } i1: issue(number: 1) { id }',
    'i1: issue(number: 1) { id } i1: issue(number: 2) { id }',
  ],
  ['a number was no text', 'issue(number: 1) { id }', 'issue(number: "1") { id }'],
  ['a number was in range', 'issue(number: 1) { id }', 'issue(number: 12345678901) { id }'],
  ['a field was there', 'issue(number: 1) { id }', 'issue(number: 1) { ids }'],
])('is another where %s', (_, one, other) => {
  expect(shape(named(one))).not.toBe(shape(named(other)));
});

it('is another where an alias is the name of a field that is asked for beside it', () => {
  expect(shape('{ sha1 sha1: md5 }')).not.toBe(shape('{ sha1 sha2: md5 }'));
});

it('lets through no document that the schema refuses, whatever was let through before it', () => {
  const good = parse(named('i1: issue(number: 1) { id title } i2: issue(number: 2) { id title }'));
  const bad = [
    'i1: issue(number: 1) { id title } i1: issue(number: 2) { id title }',
    'i1: issue(number: 1) { id title } i2: issue(number: "2") { id title }',
    'i1: issue(number: 1) { id title } i2: issue(number: 2) { id titles }',
    'i1: issue(number: 1) { id title } i2: issue(number: 99999999999) { id title }',
  ].map((body) => parse(named(body)));

  expect(problemsOf(good, schema)).toEqual([]);
  for (const document of bad) {
    expect(problemsOf(document, schema).map(({ message }) => message)).toEqual(
      validate(schema, document).map(({ message }) => message),
    );
    expect(problemsOf(document, schema)).not.toEqual([]);
  }
});
