import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, unknown>> }>
  >;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: unknown;
}

/**
 * Where the description contradicts itself: the list of installations asks for an account that is a user and an
 * enterprise at once, while a single installation may have either.
 */
const ERRATA: Readonly<Record<string, object>> = {
  'get /app/installations 200': { type: 'array', items: { $ref: 'github#/components/schemas/installation' } },
};

/** GitHub's own description, as published for api.github.com. */
function description(): Description {
  const file = new URL('generated/api.github.com.json', import.meta.resolve('@octokit/openapi'));
  return JSON.parse(readFileSync(file, 'utf8'), nullableAsUnion);
}

/** OpenAPI's `nullable: true` in the words of JSON Schema. */
function nullableAsUnion(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('nullable' in value)) return value;
  const { nullable, ...rest } = value;
  return nullable === true ? { anyOf: [{ type: 'null' }, rest] } : rest;
}

/** Says what is wrong with the body of a response, nothing when GitHub's description allows it. */
export function responseChecker() {
  const { paths, components } = description();
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, logger: false });
  ajv.addSchema({ $id: 'github', components, paths });
  const known = new Map<string, ValidateFunction | null>();

  return ({
    method,
    path,
    status,
    body,
  }: {
    method: string;
    path: string;
    status: number;
    body: unknown;
  }): string[] => {
    const key = `${method} ${path} ${status}`;
    if (!known.has(key)) known.set(key, compile(method.toLowerCase(), path, status));
    const validate = known.get(key);
    if (!validate) return [];
    return validate(body) ? [] : (validate.errors ?? []).map((error) => `${key}: ${describe(error)}`);
  };

  function compile(method: string, path: string, status: number): ValidateFunction | null {
    const responses = paths[path]?.[method]?.responses;
    const response = responses?.[status];
    if (!response) throw new Error(`GitHub's description has no ${status} for ${method} ${path}.`);
    const corrected = ERRATA[`${method} ${path} ${status}`];
    if (corrected) return ajv.compile({ ...corrected });
    if (response.$ref) return ajv.compile({ $ref: `github${response.$ref}/content/application~1json/schema` });
    if (!response.content?.['application/json']) return null;
    const pointer = ['paths', path, method, 'responses', String(status), 'content', 'application/json', 'schema'];
    return ajv.compile({ $ref: `github#/${pointer.map(escapePointer).join('/')}` });
  }
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function describe(error: ErrorObject): string {
  return `${error.instancePath || '/'} ${error.message}`;
}
