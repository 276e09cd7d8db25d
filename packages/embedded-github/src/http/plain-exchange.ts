/**
 * Requests and answers of texts, for clients in this process. What the platform brings checks every letter of a header and
 * reads every text as a stream, which costs more than answering most requests does.
 */

const FORBIDDEN = /[\0\r\n]/;

type Pairs = readonly (readonly [string, string])[];
type GivenHeaders = NonNullable<RequestInit['headers']> | Iterable<[string, string]>;

/** As `Headers`, of names that are tokens and values without line ends. */
export class PlainHeaders implements Iterable<[string, string]> {
  readonly #values = new Map<string, string>();

  constructor(init: GivenHeaders = {}) {
    for (const [name, value] of pairsOf(init)) this.append(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  /** @throws for a value that would be a header of its own. */
  set(name: string, value: string): void {
    const text = String(value).trim();
    if (FORBIDDEN.test(text)) throw new TypeError(`the header ${name} has a value of several lines`);
    this.#values.set(name.toLowerCase(), text);
  }

  append(name: string, value: string): void {
    const known = this.get(name);
    this.set(name, known === null ? value : `${known}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  forEach(work: (value: string, name: string) => void): void {
    for (const [name, value] of this) work(value, name);
  }

  entries(): IterableIterator<[string, string]> {
    return this[Symbol.iterator]();
  }

  keys(): IterableIterator<string> {
    return [...this].map(([name]) => name).values();
  }

  values(): IterableIterator<string> {
    return [...this].map(([, value]) => value).values();
  }

  /** By name, as the platform's come. */
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)).values();
  }
}

function pairsOf(init: GivenHeaders): Pairs {
  if (Symbol.iterator in init) return [...(init as Iterable<[string, string]>)];
  return Object.entries(init).map(([name, value]) => [name, String(value)]);
}

export type Content = string | Uint8Array<ArrayBuffer> | null;

interface Answered {
  readonly status: number;
  readonly headers: GivenHeaders;
}

/** As `Response`, of content that is there as a whole. */
export class PlainResponse {
  readonly status: number;
  readonly headers: PlainHeaders;
  readonly url = '';
  readonly type = 'default';
  readonly redirected = false;
  readonly statusText = '';
  readonly #content: Content;
  #isRead = false;

  constructor(content: Content, { status, headers }: Answered) {
    this.status = status;
    this.headers = new PlainHeaders(headers);
    this.#content = content;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get bodyUsed(): boolean {
    return this.#isRead;
  }

  get body(): Response['body'] {
    return this.asPlatform().body;
  }

  async text(): Promise<string> {
    const content = this.#take();
    return content instanceof Uint8Array ? Buffer.from(content).toString('utf8') : (content ?? '');
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const content = this.#take();
    return content instanceof Uint8Array ? content.slice().buffer : new TextEncoder().encode(content ?? '').buffer;
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async blob(): Promise<Blob> {
    const type = this.headers.get('content-type') ?? '';
    return new Blob([await this.arrayBuffer()], { type });
  }

  async formData(): Promise<FormData> {
    return this.asPlatform().formData();
  }

  clone(): PlainResponse {
    return new PlainResponse(this.#content, this);
  }

  /** The same as the platform has it: for whoever sends it over a network. */
  asPlatform(): Response {
    const headers = Object.fromEntries(this.headers);
    return new Response(this.#take(), { status: this.status, headers });
  }

  #take(): Content {
    if (this.#isRead) throw new TypeError('Body is unusable: Body has already been read');
    this.#isRead = this.#content !== null;
    return this.#content;
  }
}

/** Whoever asks whether it is one is told so. */
Object.setPrototypeOf(PlainResponse.prototype, Response.prototype);

/** As `Request`, of a text that is there as a whole. */
class PlainRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: PlainHeaders;
  readonly #body: string;

  constructor(url: string | URL, { method = 'GET', headers = {}, body }: RequestInit) {
    this.url = new URL(url).href;
    this.method = method.toUpperCase();
    this.headers = new PlainHeaders(headers);
    this.#body = typeof body === 'string' ? body : '';
    if (typeof body === 'string' && !this.headers.has('content-type'))
      this.headers.set('content-type', 'text/plain;charset=UTF-8');
  }

  async text(): Promise<string> {
    return this.#body;
  }
}

/** Only a GET, or a text that is sent: everything else is left to the platform. */
export function requestOf(input: string | URL | Request, init: RequestInit = {}): Request {
  const { body, signal } = init;
  const isPlain = !(input instanceof Request) && (body === undefined || body === null || typeof body === 'string');
  return isPlain && !signal ? (new PlainRequest(input, init) as unknown as Request) : new Request(input, init);
}
