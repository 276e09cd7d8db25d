import { execute, GraphQLError, type GraphQLFieldResolver, type GraphQLTypeResolver } from 'graphql';
import { ApiError } from '../../model/errors.ts';
import type { Session } from '../../world.ts';
import { runQuery } from './compiled-query.ts';
import { problemsOf, readDocument } from './documents.ts';
import { type Context, type Node, typeName } from './fields.ts';
import { resolve, TYPES } from './types.ts';

const resolveField: GraphQLFieldResolver<unknown, Context> = (source, args, context, { parentType, fieldName }) => {
  const fields = TYPES[parentType.name];
  return resolve(fields, { source, name: fieldName, of: parentType.name, args, context });
};

const resolveType: GraphQLTypeResolver<Node, Context> = (value) => typeName(value);

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

/** Executes a GraphQL request. Failures come as `errors`, beside the data of the fields that held. */
export async function executeGraphql(
  session: Session,
  body: Readonly<Record<string, unknown>>,
): Promise<GraphqlAnswer> {
  if (session.viewer.kind === 'app')
    throw new ApiError(401, 'A JSON web token cannot be used for GraphQL; use an installation token.');
  const document = readDocument(body.query);
  if (document instanceof GraphQLError) return { errors: [document.toJSON()] };
  // Loaded with the first query: building it takes a quarter of a second.
  const { schema } = await import('./schema.ts');
  const problems = problemsOf(document, schema);
  if (problems.length > 0) return { errors: problems.map((problem) => problem.toJSON()) };
  const variables = typeof body.variables === 'object' && body.variables !== null ? { ...body.variables } : {};
  const operationName = typeof body.operationName === 'string' ? body.operationName : null;
  const context = () => ({ ...session, shown: new Map() }) satisfies Context;
  const data = await runQuery({ schema, document, context: context(), variables, operationName });
  if (data !== undefined) return { data };
  const result = await execute({
    schema,
    document,
    contextValue: context(),
    variableValues: variables,
    operationName,
    fieldResolver: resolveField,
    typeResolver: resolveType,
  });
  return {
    ...(result.data !== undefined && { data: result.data }),
    ...(result.errors && { errors: result.errors.map(formatError) }),
  };
}

function formatError(error: GraphQLError): unknown {
  const cause = error.originalError;
  const { message, path, locations } = error.toJSON();
  if (!(cause instanceof ApiError)) return { message, path, locations };
  const reasons = (cause.errors ?? []).map((each) =>
    typeof each === 'string' ? each : (each.message ?? `${each.field} ${each.code}`),
  );
  return { type: cause.type, path, locations, message: reasons.length > 0 ? reasons.join(', ') : message };
}

/** `graphql Observe`, and for mutations what they do: `graphql Apply: addComment, updateIssue`. */
export function graphqlRoute(body: Readonly<Record<string, unknown>>): string {
  const document = readDocument(body.query);
  if (document instanceof GraphQLError) return 'graphql';
  const operations = document.definitions.filter((each) => each.kind === 'OperationDefinition');
  const operation = operations.find((each) => each.name?.value === body.operationName) ?? operations[0];
  const name = operation?.name ? `graphql ${operation.name.value}` : 'graphql';
  if (operation?.operation !== 'mutation') return name;
  const fields = operation.selectionSet.selections.flatMap((each) => (each.kind === 'Field' ? [each.name.value] : []));
  return `${name}: ${[...new Set(fields)].sort().join(', ')}`;
}
