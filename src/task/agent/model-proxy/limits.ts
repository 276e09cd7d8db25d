/** What one agent may ask of the proxy at most: sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Of a request: Anthropic takes 32 MB. */
  readonly body: number;
  readonly answer: number;
  /** Requests under way at once. */
  readonly inFlight: number;
  readonly connections: number;
  /** For the head of a request to arrive, and for all of it. */
  readonly headMs: number;
  readonly requestMs: number;
  /** Longest silence. A model may think for long. */
  readonly idleMs: number;
}

export const LIMITS: Limits = {
  body: 32 * 1024 * 1024,
  answer: 256 * 1024 * 1024,
  inFlight: 16,
  connections: 64,
  headMs: 10_000,
  requestMs: 60_000,
  idleMs: 10 * 60_000,
};

/** Longest head of a request and of an answer, in bytes, and most headers in one. */
export const MAX_HEAD = 64 * 1024;
export const MAX_HEADERS = 100;
