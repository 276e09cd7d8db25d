import { describe, expect, it } from 'vitest';
import { parseRemote } from '../../../src/cli/init/git-remote.ts';

describe('the address of a remote', () => {
  it.each([
    ['git@github.com:acme/shop.git', 'github.com', 'acme', 'shop'],
    ['github.com:acme/shop', 'github.com', 'acme', 'shop'],
    ['https://github.com/acme/shop.git', 'github.com', 'acme', 'shop'],
    ['https://ada:secret@github.com/acme/shop/', 'github.com', 'acme', 'shop'],
    ['ssh://git@ssh.github.com:443/acme/shop.js.git', 'github.com', 'acme', 'shop.js'],
    ['http://127.0.0.1:4000/acme/shop.git', '127.0.0.1:4000', 'acme', 'shop'],
  ])('is read: %s', (address, host, owner, repo) => {
    expect(parseRemote(address)).toEqual({ host, owner, repo });
  });

  it.each(['/srv/git/shop.git', '../shop', 'file:///srv/git/shop.git', 'https://example.com/a/b/c/d', 'C:/shop/x'])(
    'is none of GitHub: %s',
    (address) => {
      expect(parseRemote(address)).toBeUndefined();
    },
  );
});
