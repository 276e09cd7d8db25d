import type { Environment } from '../protocol/job.ts';

/** Shorter values are no secrets, and hiding them would hide half of the log. */
const MIN_SECRET_LENGTH = 6;

/** Inputs of the action and credentials of the job that are secrets, and addresses of servers, which may have a password in them. */
const SECRET = /^(?:INPUT_(?:\w+_)?(?:TOKEN|KEY|SECRET|PASSWORD)|AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN))$/;
const ADDRESS = /^(?:(?:https?|all)_proxy|INPUT_REDIS_URL)$/i;

/** @returns The secrets that a step was given, the longest first. */
export function secretsIn(environment: Environment): readonly string[] {
  const values = Object.entries(environment).flatMap(([name, value]) => {
    if (!value) return [];
    if (ADDRESS.test(name)) return passwordIn(value);
    return SECRET.test(name) ? value.split(/\r?\n/) : [];
  });
  return values.filter((value) => value.length >= MIN_SECRET_LENGTH).sort((one, other) => other.length - one.length);
}

function passwordIn(address: string): readonly string[] {
  const password = URL.canParse(address) ? new URL(address).password : '';
  return [password, unescaped(password)];
}

/** As `decodeURIComponent`, which throws where a password merely looks escaped. */
function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** @returns A function that hides these secrets in a text: as they are, and as JSON, addresses and base64 write them. */
export function masker(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
  ]);
  const hidden = [...new Set(spellings)];
  return (text) => hidden.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
