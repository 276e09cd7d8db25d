import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Environment } from './environment.ts';

/** By PRIVATE_KEY, the text itself, or PRIVATE_KEY_PATH, the file that holds it. */
export function readKey({
  PRIVATE_KEY,
  PRIVATE_KEY_PATH,
}: Environment): { readonly pem: string } | { readonly problem: string } {
  if (!PRIVATE_KEY && !PRIVATE_KEY_PATH)
    return {
      problem:
        'PRIVATE_KEY is missing: the PEM text that "Generate a private key" downloads; or PRIVATE_KEY_PATH, where that file is',
    };
  if (PRIVATE_KEY) {
    if (isPrivateKey(pemOf(PRIVATE_KEY))) return { pem: pemOf(PRIVATE_KEY) };
    const isPath = /^[^\n]{1,300}\.pem$|^[./~][^\n]{0,300}$/.test(PRIVATE_KEY);
    return {
      problem: isPath
        ? 'PRIVATE_KEY is a path: give it as PRIVATE_KEY_PATH'
        : 'PRIVATE_KEY is no private key: give the whole PEM text that "Generate a private key" downloads',
    };
  }
  const path = PRIVATE_KEY_PATH ?? '';
  try {
    const pem = pemOf(readFileSync(path, 'utf8'));
    return isPrivateKey(pem)
      ? { pem }
      : { problem: `PRIVATE_KEY_PATH names ${path}, which holds no private key: name the file that GitHub gave you` };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { problem: `PRIVATE_KEY_PATH names ${path}, which cannot be read (${why})` };
  }
}

/** A PEM in one line of a settings page has its line ends written as \n, or all of it as base64. */
function pemOf(text: string): string {
  const lines = text.trim().replaceAll('\\n', '\n');
  if (lines.includes('-----BEGIN') || !/^[A-Za-z0-9+/=\s]{100,}$/.test(lines)) return lines;
  return Buffer.from(lines, 'base64').toString('utf8');
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
