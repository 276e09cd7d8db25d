import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Cookies that only servers with the same secret can read or write: what is in them is encrypted and signed at once
 * (AES-256-GCM), so that no server has to remember who is signed in.
 */
export class SealedCookies {
  readonly #key: Buffer;
  readonly #isSecure: boolean;

  /** @param secret Of the app: another one signs everybody out. */
  constructor(secret: string, { isSecure }: { readonly isSecure: boolean }) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, 'agent-waves', 'dashboard cookies', 32));
    this.#isSecure = isSecure;
  }

  /** @returns The value of a `set-cookie` header. @param seconds How long it is good for. */
  seal(name: string, value: unknown, seconds: number): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    cipher.setAAD(Buffer.from(name));
    const text = JSON.stringify({ value, until: Date.now() + seconds * 1_000 });
    const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return this.#header(name, sealed.toString('base64url'), seconds);
  }

  /** @returns What was sealed under this name; undefined where there is nothing, it was changed, or its time is over. */
  open(name: string, request: IncomingMessage): unknown {
    const text = cookieOf(name, request);
    if (text === undefined) return undefined;
    try {
      const sealed = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12));
      decipher.setAAD(Buffer.from(name));
      decipher.setAuthTag(sealed.subarray(-16));
      const opened = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      const { value, until } = JSON.parse(opened.toString('utf8'));
      return until > Date.now() ? value : undefined;
    } catch {
      // Somebody else's, an old one, or one that was changed: nobody is signed in by it.
      return undefined;
    }
  }

  clear(name: string): string {
    return this.#header(name, '', 0);
  }

  #header(name: string, value: string, seconds: number): string {
    const secure = this.#isSecure ? '; Secure' : '';
    return `${name}=${value}; Path=/dashboard; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
  }
}

function cookieOf(name: string, { headers }: IncomingMessage): string | undefined {
  const found = (headers.cookie ?? '').split(';').map((one) => one.trim().split('='));
  return found.find(([key]) => key === name)?.[1];
}
