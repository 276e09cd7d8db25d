import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { type Context, type Node, typeName } from './fields.ts';
import { resolve, TYPES, type TypeFields } from './types.ts';

/** One execution. */
export interface Run {
  readonly context: Context;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Values that are waited for, and where each belongs. */
  readonly pending: Pending[];
}

type Target = Record<string | number, unknown>;

export interface Pending {
  readonly value: PromiseLike<unknown>;
  readonly into: Target;
  readonly key: string | number;
  readonly complete: Complete;
  readonly run: Run;
}

/** From what a resolver gave to what is answered. @throws where the schema forbids it. */
type Complete = (value: unknown, run: Run) => unknown;

interface CompiledField {
  readonly key: string;
  readonly name: string;
  readonly of: string;
  readonly fields: TypeFields | undefined;
  /** Null: they depend on variables. */
  readonly args: Readonly<Record<string, unknown>> | null;
  readonly argsOf: (variables: Run['variables']) => Readonly<Record<string, unknown>>;
  readonly complete: Complete;
}

/** What a document selects, compiled for each type as it is met. */
export class Selections {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  /** @returns What reads these selections of a value of that type. */
  reader(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Complete {
    return this.#present(type, sets);
  }

  #fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly CompiledField[] {
    const nodes = new Map<string, FieldNode[]>();
    for (const set of sets) this.#collect(type, set, nodes);
    return [...nodes].map(([key, same]) => this.#field(type, { key, nodes: same }));
  }

  /** Fields by their names in the answer: one that is selected twice selects all that either does. */
  #collect(type: GraphQLObjectType, { selections }: SelectionSetNode, into: Map<string, FieldNode[]>): void {
    for (const selection of selections) {
      if (selection.directives && selection.directives.length > 0) throw new Error('directives are not compiled');
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const known = into.get(key);
        if (known) known.push(selection);
        else into.set(key, [selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (!fragment) throw new Error('a fragment is missing');
      if (this.#applies(type, fragment.typeCondition?.name.value)) this.#collect(type, fragment.selectionSet, into);
    }
  }

  #applies(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.#schema.getType(condition);
    return isAbstractType(wanted) && this.#schema.isSubType(wanted, type);
  }

  #field(
    type: GraphQLObjectType,
    { key, nodes }: { readonly key: string; readonly nodes: readonly FieldNode[] },
  ): CompiledField {
    const [node] = nodes;
    const name = node?.name.value ?? '';
    if (key.startsWith('__') && key !== '__typename') throw new Error('names of the language are not compiled');
    if (name === '__typename') {
      const fields = { __typename: () => type.name } as TypeFields;
      return { key, name, of: type.name, fields, args: {}, argsOf: () => ({}), complete: (value) => value };
    }
    const field = type.getFields()[name];
    if (!node || !field) throw new Error(`there is no ${type.name}.${name}`);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return {
      ...{ key, name, of: type.name, fields: TYPES[type.name] },
      ...this.#argumentsOf(field, node),
      complete: this.#completer(field.type, sets),
    };
  }

  #argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Pick<CompiledField, 'args' | 'argsOf'> {
    const argsOf = (variables: Run['variables']) => getArgumentValues(field, node, variables);
    const hasVariables = (node.arguments ?? []).some(({ value }) => mentionsVariable(value));
    return { args: hasVariables ? null : argsOf({}), argsOf };
  }

  #completer(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    if (isNonNullType(type)) {
      const complete = this.#completer(type.ofType, sets);
      return (value, run) => {
        const completed = complete(value, run);
        if (completed === null) throw new Error('null where nothing may be null');
        return completed;
      };
    }
    const complete = this.#present(type, sets);
    return (value, run) => (value === null || value === undefined ? null : complete(value, run));
  }

  /** Of a value that is there. */
  #present(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    if (isListType(type)) return listOf(this.#completer(type.ofType, sets));
    if (isLeafType(type)) return leafOf(type);
    if (isAbstractType(type)) {
      const byType = new Map<string, readonly CompiledField[]>();
      return (source, run) => {
        const name = typeName(source as Node);
        let fields = byType.get(name);
        if (!fields) {
          const found = this.#schema.getType(name) as GraphQLObjectType;
          if (!this.#schema.isSubType(type, found)) throw new Error(`${name} is no ${type.name}`);
          fields = this.#fieldsOf(found, sets);
          byType.set(name, fields);
        }
        return readFields(fields, { source, run });
      };
    }
    let fields: readonly CompiledField[] | undefined;
    return (source, run) => {
      // Not before it is needed: fields of what is nowhere are never asked for.
      fields ??= this.#fieldsOf(type as GraphQLObjectType, sets);
      return readFields(fields, { source, run });
    };
  }
}

function readFields(
  fields: readonly CompiledField[],
  { source, run }: { readonly source: unknown; readonly run: Run },
): Target {
  const target: Target = {};
  for (const { key, name, of, fields: known, args, argsOf, complete } of fields) {
    const value = resolve(known, { source, name, of, args: args ?? argsOf(run.variables), context: run.context });
    target[key] = completed(value, { into: target, key, complete, run });
  }
  return target;
}

/** A promise is put where it belongs once it is kept, and holds the place until then. */
function completed(value: unknown, { into, key, complete, run }: Omit<Pending, 'value'>): unknown {
  if (!isPromise(value)) return complete(value, run);
  run.pending.push({ value, into, key, complete, run });
  return null;
}

export function put({ into, key, complete, run }: Pending, value: unknown): void {
  into[key] = complete(value, run);
}

function listOf(complete: Complete): Complete {
  return (value, run) => {
    if (!Array.isArray(value)) throw new Error('a list is no array');
    const target: unknown[] = new Array(value.length);
    for (let key = 0; key < value.length; key++)
      target[key] = completed(value[key], { into: target as unknown as Target, key, complete, run });
    return target;
  };
}

function leafOf(type: { readonly name: string; readonly serialize: (value: unknown) => unknown }): Complete {
  const isText = type.name === 'String' || type.name === 'ID';
  return (value) => {
    if (isText && typeof value === 'string') return value;
    const serialized = type.serialize(value);
    if (serialized === null || serialized === undefined) throw new Error(`no ${type.name}`);
    return serialized;
  };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function mentionsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(mentionsVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => mentionsVariable(field.value));
}
