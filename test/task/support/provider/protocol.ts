import type { Asked } from '../upstream.ts';
import type { ModelRequest, ProviderFailure, Turn } from './script.ts';

/** How an API puts a turn into words. */
export interface Protocol {
  /** @returns Undefined where a request is for no reply of a model. */
  readonly read: (asked: Asked) => ModelRequest | undefined;
  /** A whole reply, as events of a stream or as one object. */
  readonly reply: (
    turn: Reply,
    asked: ModelRequest,
  ) => { readonly events: readonly (StreamEvent | '[DONE]')[]; readonly whole: object };
  /** The body of an error. */
  readonly failure: (failure: ProviderFailure) => object;
  /** Headers that tell when a limit ends, in seconds from now. */
  readonly reset: (seconds: number) => Readonly<Record<string, string>>;
}

export type Reply = Extract<Turn, { readonly kind: 'say' | 'write' | 'refuse' }>;

/** Has a name where it has a type. */
export interface StreamEvent {
  readonly type?: string;
  readonly [key: string]: unknown;
}

export type Body = Readonly<Record<string, unknown>>;

export function bodyOf({ body }: Asked): Body {
  try {
    return JSON.parse(body) as Body;
  } catch {
    // A GET has none.
    return {};
  }
}

export function objectsIn(value: unknown): readonly Body[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}

/** Every text below the key `text` or `content`, whatever it is wrapped in. */
export function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return objectsIn(value)
    .map((part) => (typeof part.text === 'string' ? part.text : textIn(part.content)))
    .join('\n');
}

let ids = 0;

/** An id that no other reply has. */
export function newId(kind: string): string {
  return `${kind}_${String(++ids).padStart(8, '0')}`;
}

/** @returns A command of a shell that writes these files. */
export function writeCommand(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([path, text]) => {
      const encoded = Buffer.from(text).toString('base64');
      return `mkdir -p "$(dirname '${path}')" && printf %s '${encoded}' | base64 -d > '${path}'`;
    })
    .join('\n');
}
