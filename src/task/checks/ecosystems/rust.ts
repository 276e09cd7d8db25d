import { type Ecosystem, firstFile, withoutEmpty } from './ecosystem.ts';

/** The first program that is started in such a folder has rustup bring the toolchain, where it may write. */
export const TOOLCHAIN_FILES = ['rust-toolchain.toml', 'rust-toolchain'];

/** Rust: Cargo fetches what it needs, so that only a toolchain of the repository's own is installed. */
export const rust: Ecosystem = {
  name: 'Rust',
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
  install: (dir) => {
    const file = firstFile(dir, TOOLCHAIN_FILES);
    if (!file) return [];
    const what = `the Rust toolchain that ${file} names is not installed on the runner`;
    const fix = 'add `- run: rustup toolchain install` to the task workflow, after the checkout and before the action';
    return [{ run: 'rustc --version', why: `from ${file}`, brings: { what, fix } }];
  },
};
