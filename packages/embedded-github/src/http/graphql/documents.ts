import { createHash } from 'node:crypto';
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { shapeOf } from './document-shape.ts';

/** Clients ask in the same words again and again; more than these are read anew. */
const MAX_KEPT = 500;

const kept = new Map<string, DocumentNode | GraphQLError>();

/** What a query says, or why it says nothing. */
export function readDocument(query: unknown): DocumentNode | GraphQLError {
  const text = typeof query === 'string' ? query : '';
  const read = kept.get(text) ?? parseDocument(text);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(text, read);
  return read;
}

function parseDocument(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

const judged = new WeakMap<DocumentNode, readonly GraphQLError[]>();

/** Of shapes of documents that the schema takes, their fingerprints: a shape is as long as its document. */
const taken = new Set<string>();
const MAX_TAKEN = 20_000;

/** What the schema has against a query. There is one schema. */
export function problemsOf(document: DocumentNode, schema: GraphQLSchema): readonly GraphQLError[] {
  const known = judged.get(document);
  if (known) return known;
  const shape = createHash('sha1').update(shapeOf(document)).digest('base64');
  const problems = taken.has(shape) ? [] : validate(schema, document);
  judged.set(document, problems);
  if (taken.size >= MAX_TAKEN) taken.clear();
  if (problems.length === 0) taken.add(shape);
  return problems;
}
