import type { ArrowFunctionExpression, Function as NamedFunction } from 'oxc-parser';
import type { LineOf, Node } from './syntax.ts';

/**
 * A function that is declared, a method of a class, or a function that a constant holds. What is handed over as a
 * callback, or stands in a table, takes the parameters that its caller gives, and its length counts where it stands.
 */
export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  /** From its first line to its last, both included. */
  readonly lines: number;
  /** Declared one by one; a rest and a destructured object count as one each, `this` not at all. */
  readonly parameters: number;
}

type FunctionNode = NamedFunction | ArrowFunctionExpression;

/** @returns Nothing where a node is no such function. */
export function functionsOf(node: Node, parents: readonly Node[], line: LineOf): readonly FunctionSpan[] {
  const name = isFunction(node) ? (node.id?.name ?? holderName(parents.at(-1))) : undefined;
  if (!isFunction(node) || name === undefined) return [];
  const first = line(node.start);
  const parameters = node.params.filter((each) => !(each.type === 'Identifier' && each.name === 'this')).length;
  return [{ name, line: first, lines: line(node.end - 1) - first + 1, parameters }];
}

function isFunction(node: Node): node is FunctionNode {
  const { type } = node;
  return type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';
}

function holderName(holder: Node | undefined): string | undefined {
  const key = holder?.type === 'VariableDeclarator' ? holder.id : methodKey(holder);
  return key?.type === 'Identifier' || key?.type === 'PrivateIdentifier' ? key.name : undefined;
}

function methodKey(holder: Node | undefined): Node | undefined {
  return holder?.type === 'MethodDefinition' || holder?.type === 'PropertyDefinition' ? holder.key : undefined;
}
