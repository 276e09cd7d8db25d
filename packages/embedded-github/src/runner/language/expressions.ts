import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { type Token, TokenType } from '@actions/expressions/lexer';
import { truthy } from '@actions/expressions/result';
import type { MappingToken, TemplateToken } from './language.ts';
import { isBasicExpression, isMapping, isSequence } from './language.ts';

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

const contextNames = [
  ...['github', 'env', 'vars', 'job', 'jobs', 'steps', 'runner'],
  ...['secrets', 'strategy', 'matrix', 'needs', 'inputs'],
] as const;
export type ContextName = (typeof contextNames)[number];

const statusNames = ['success', 'failure', 'always', 'cancelled'] as const;
type Status = Readonly<Record<(typeof statusNames)[number], (jobs: readonly string[]) => boolean>>;

/** What an expression can see. A context that is not there reads as null, as on GitHub. */
export interface Scope {
  readonly contexts: Readonly<Partial<Record<ContextName, unknown>>>;
  readonly status?: Status;
  /** hashFiles(): a digest of the files of the workspace that match, empty when none does. */
  readonly hashFiles?: (patterns: readonly string[]) => string;
  readonly cache?: ExpressionCache;
}

const declared = [
  ...statusNames.map((name) => ({ name, minArgs: 0, maxArgs: Number.MAX_SAFE_INTEGER })),
  { name: 'hashFiles', minArgs: 1, maxArgs: 255 },
];

/** What has been parsed and converted already. A runner has one, and hands it to every scope. */
export interface ExpressionCache {
  readonly parsed: Map<string, Expr>;
  /** By frozen context: `github` with its event above all is large. */
  readonly converted: WeakMap<object, data.ExpressionData>;
}

/** Throws what the expression engine throws: a syntax error, or a failure of fromJSON and its like. */
export function evaluateExpression(source: string, scope: Scope): data.ExpressionData {
  const mentioned = source.toLowerCase();
  const contextOf = (key: ContextName): unknown => (mentioned.includes(key) ? scope.contexts[key] : undefined);
  const contexts = new data.Dictionary(
    ...contextNames.map((key) => ({ key, value: toData(contextOf(key), scope.cache) })),
  );
  return new Evaluator(parse(source, scope.cache), contexts, functionsOf(scope)).evaluate();
}

export function holds(condition: string, scope: Scope): boolean {
  return truthy(evaluateExpression(condition, scope));
}

export function textOf(token: TemplateToken, scope: Scope): string {
  if (isBasicExpression(token)) return evaluateExpression(token.expression, scope).coerceString();
  if (token.isExpression)
    throw new Error(`the embedded runner does not support '${token.toString()}'; write the keys out`);
  return token.isLiteral ? token.toString() : JSON.stringify(plainOf(token, scope));
}

export function truthOf(token: TemplateToken, scope: Scope): boolean {
  return isBasicExpression(token) ? holds(token.expression, scope) : token.toString() === 'true';
}

/** A time limit in milliseconds, as much as a timer can hold. Throws when it is no number. */
export function limitOf(minutes: TemplateToken, scope: Scope): number {
  const text = textOf(minutes, scope);
  const milliseconds = Number(text) * 60_000;
  if (text === '' || !(milliseconds >= 0)) throw new Error(`timeout-minutes is '${text}': give a number of minutes`);
  return Math.min(milliseconds, 2 ** 31 - 1);
}

export function textsOf(token: MappingToken | undefined, scope: Scope): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { key, value } of token ?? []) texts[textOf(key, scope)] = textOf(value, scope);
  return texts;
}

/** The JSON value of a token, expressions evaluated. */
export function plainOf(token: TemplateToken, scope: Scope): Plain {
  if (isMapping(token)) {
    return Object.fromEntries([...token].map(({ key, value }) => [textOf(key, scope), plainOf(value, scope)]));
  }
  if (isSequence(token)) return [...token].map((item) => plainOf(item, scope));
  if (isBasicExpression(token)) {
    return JSON.parse(JSON.stringify(evaluateExpression(token.expression, scope), data.replacer));
  }
  return (token.toJSON() ?? null) as Plain;
}

function parse(source: string, cache: ExpressionCache | undefined): Expr {
  const known = cache?.parsed.get(source);
  if (known !== undefined) return known;
  const expression = new Parser(lex(source), [...contextNames], declared).parse();
  cache?.parsed.set(source, expression);
  return expression;
}

/** The lexer of 0.3.61 turns only the first doubled quote of a string into one; every multi-line script holds more. */
function lex(source: string): Token[] {
  return new Lexer(source)
    .lex()
    .tokens.map((token) =>
      token.type === TokenType.STRING ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token,
    );
}

/** Frozen contexts are converted once. */
function toData(value: unknown, cache: ExpressionCache | undefined): data.ExpressionData {
  if (!cache || typeof value !== 'object' || value === null || !Object.isFrozen(value)) return revive(value);
  const known = cache.converted.get(value) ?? revive(value);
  cache.converted.set(value, known);
  return known;
}

function revive(value: unknown): data.ExpressionData {
  return value === undefined ? new data.Null() : JSON.parse(JSON.stringify(value), data.reviver);
}

function functionsOf(scope: Scope): Map<string, FunctionDefinition> {
  const calls: [string, (args: readonly string[]) => data.ExpressionData][] = statusNames.map((name) => [
    name,
    (args) => new data.BooleanData(scope.status?.[name](args) ?? false),
  ]);
  calls.push(['hashFiles', (args) => new data.StringData(scope.hashFiles?.(args) ?? '')]);
  return new Map(
    calls.map(([name, call]) => [
      name.toLowerCase(),
      {
        name,
        minArgs: 0,
        maxArgs: 255,
        call: (...args: data.ExpressionData[]) => call(args.map((arg) => arg.coerceString())),
      },
    ]),
  );
}
