import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { agentWaves } from '../e2e/support/command.ts';

it('names every variable that is missing, says where to find each, and exits 1', async () => {
  const { code, stdout, stderr } = await agentWaves(['serve', '--no-setup', '--no-settings']);

  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('APP_ID is missing: the number on the settings page of your GitHub App');
  expect(stderr).toContain('PRIVATE_KEY is missing:');
  expect(stderr).toContain('WEBHOOK_SECRET is missing:');
});

it("refuses Probot's own webhook secret, which everybody knows", async () => {
  const { code, stderr } = await agentWaves(['serve', '--no-settings'], {
    APP_ID: '1',
    PRIVATE_KEY: 'a key',
    WEBHOOK_SECRET: 'development',
  });

  expect(code).toBe(1);
  expect(stderr).toContain('WEBHOOK_SECRET is "development", which everybody knows: choose another');
  expect(stderr).not.toContain('missing');
});

it('refuses a port and a time scale that are no numbers', async () => {
  const given = {
    APP_ID: '1',
    PRIVATE_KEY: 'a key',
    WEBHOOK_SECRET: 'of our own',
    PORT: 'x',
    AGENT_WAVES_TIME_SCALE: '0',
  };
  const { code, stderr } = await agentWaves(['serve', '--no-settings'], given);

  expect(code).toBe(1);
  expect(stderr).toContain('PORT is "x"');
  expect(stderr).toContain('AGENT_WAVES_TIME_SCALE is "0"');
});

it('ends with one sentence and 1 where GitHub is not reached', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const given = {
    APP_ID: '1',
    PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    WEBHOOK_SECRET: 'a secret of our own',
    GITHUB_API_URL: 'http://127.0.0.1:1',
    AGENT_WAVES_TIME_SCALE: '1000',
    PORT: '0',
  };
  const { code, stderr } = await agentWaves(['serve', '--no-settings'], given);

  expect(code).toBe(1);
  expect(stderr.trim()).toMatch(/^Agent Waves cannot be served: GitHub cannot be asked at http:[^\n]*\.$/);
});
