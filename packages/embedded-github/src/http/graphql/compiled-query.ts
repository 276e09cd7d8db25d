import {
  type DocumentNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { type Pending, put, type Run, Selections } from './compiled-selection.ts';
import type { Context } from './fields.ts';

/**
 * Queries in the way of those who ask the same again and again: each is looked at once, and what it asks for is then read
 * without looking at the schema again, at a tenth of the cost. Where anything is not as usual (a mutation, a directive, an
 * error), nothing is answered here, and `graphql` says what comes of it.
 */

interface CompiledQuery {
  readonly operation: OperationDefinitionNode;
  readonly read: (source: unknown, run: Run) => unknown;
}

const compiled = new WeakMap<DocumentNode, CompiledQuery | null>();

export interface Query {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly context: Context;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Name of the operation that is wanted, of a document with several; null: its only one. */
  readonly operationName: string | null;
}

/**
 * @returns The data of a valid query in which nothing fails; undefined: whoever asks has to let `graphql` execute it. To ask
 *   twice does no harm, since nothing but a mutation changes anything.
 */
export async function runQuery({ schema, document, context, variables, operationName }: Query): Promise<unknown> {
  const known = compiled.get(document);
  const query = known === undefined ? compile(schema, document) : known;
  if (known === undefined) compiled.set(document, query);
  if (!query) return undefined;
  if (operationName !== null && operationName !== query.operation.name?.value) return undefined;
  const { coerced } = getVariableValues(schema, query.operation.variableDefinitions ?? [], variables);
  if (!coerced) return undefined;
  const run: Run = { context, variables: coerced, pending: [] };
  try {
    const data = query.read(undefined, run);
    await settle(run.pending);
    return data;
  } catch {
    // Told by `graphql`, in its own words. Nobody waits for the rest any more.
    for (const { value } of run.pending) value.then(undefined, () => undefined);
    return undefined;
  }
}

/** One operation, which reads; null: another way has to be taken. */
function compile(schema: GraphQLSchema, document: DocumentNode): CompiledQuery | null {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  const root = schema.getQueryType();
  if (!root || operations.length !== 1 || operation?.operation !== OperationTypeNode.QUERY) return null;
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const named = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  return { operation, read: new Selections(schema, named).reader(root, [operation.selectionSet]) };
}

/** What one value leads to may have to be waited for again. */
async function settle(pending: Pending[]): Promise<void> {
  for (let from = 0; from < pending.length; ) {
    const some = pending.slice(from);
    from = pending.length;
    const values = await Promise.all(some.map(({ value }) => value));
    for (const [index, each] of some.entries()) put(each, values[index]);
  }
}
