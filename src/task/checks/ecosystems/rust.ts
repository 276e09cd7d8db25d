import { type Ecosystem, withoutEmpty } from './ecosystem.ts';

/** Rust: Cargo fetches what it needs, so that there is nothing to install. */
export const rust: Ecosystem = {
  manifests: ['Cargo.toml'],
  locks: ['Cargo.lock'],
  checks: (dir) => {
    if (!dir.has('Cargo.toml')) return {};
    const workspace = /^\[workspace\b/m.test(dir.text('Cargo.toml'));
    const scope = workspace ? '--workspace ' : '';
    const why = workspace ? 'from the workspace in Cargo.toml' : 'from Cargo.toml';
    return withoutEmpty({
      compile: [{ run: `cargo check ${scope}--all-targets`, why }],
      test: [{ run: `cargo test ${scope}`.trim(), why }],
      lint: [{ run: `cargo clippy ${scope}--all-targets -- -D warnings`, why }],
    });
  },
  install: () => [],
};
