import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { readSettings } from '../../../src/hosts/server/settings.ts';
import { SERVER_VARIABLES } from '../../../src/hosts/server/variables.ts';

/** @returns The names that are asked for while settings are read. */
function namesRead(environment: Readonly<Record<string, string>>): readonly string[] {
  const names = new Set<string>();
  const watched = new Proxy(environment, {
    get: (target, name) => {
      names.add(String(name));
      return Reflect.get(target, name);
    },
  });
  readSettings(watched);
  return [...names];
}

it('the server reads the variables that the reference lists, and no other', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const PRIVATE_KEY = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

  const read = [...namesRead({}), ...namesRead({ APP_ID: '1', PRIVATE_KEY, WEBHOOK_SECRET: 'a secret of our own' })];

  expect([...new Set(read)].sort()).toEqual(Object.keys(SERVER_VARIABLES).sort());
});
