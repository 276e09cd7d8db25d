import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '../src/index.ts';

test('the package names itself', () => {
  assert.equal(system, 'daw');
});
