import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Dockerfile, DockerfileParser, type From } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { load } from 'js-yaml';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';

/** What can be held of the image without a Docker that builds it. */

const at = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const text = readFileSync(at('Dockerfile'), 'utf8');
const dockerfile: Dockerfile = DockerfileParser.parse(text);
const { scripts, files } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

const instructions = dockerfile.getInstructions();
const keyword = (instruction: { getKeyword(): string }) => instruction.getKeyword();
/** Those of the stage that becomes the image. */
const last = instructions.slice(instructions.findLastIndex((each) => keyword(each) === 'FROM'));
const words = (instruction: { getArguments(): { getValue(): string }[] }) =>
  instruction.getArguments().map((argument) => argument.getValue());

describe('the Dockerfile', () => {
  it('has nothing that a linter minds', () => {
    expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('starts from images of one version, and ends as a user who is not root', () => {
    const images = dockerfile.getFROMs().map((from: From) => from.getImage());

    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/);
    expect(last.filter((each) => keyword(each) === 'USER').map(words)).toEqual([['node']]);
    expect(keyword(last.at(-1) ?? { getKeyword: () => '' })).toBe('CMD');
  });

  it('copies what is there and is not left out of the build, and takes no argument or secret', () => {
    const ignored = picomatch(
      readFileSync(at('.dockerignore'), 'utf8')
        .split('\n')
        .filter((line) => line && !line.startsWith('#')),
      { dot: true },
    );
    const copies = dockerfile.getCOPYs().map((copy) => ({ from: copy.getFromFlag()?.getValue(), paths: words(copy) }));
    const sources = copies.filter(({ from }) => from === undefined).flatMap(({ paths }) => paths.slice(0, -1));

    expect(copies.length).toBeGreaterThan(5);
    expect(sources.filter((path) => !existsSync(at(path)))).toEqual([]);
    expect(sources.filter((path) => ignored(path.replace(/\/$/, '')))).toEqual([]);
    for (const needed of [
      'build/cli.ts',
      'src/cli/main.ts',
      'packages/embedded-github/src/index.ts',
      'package-lock.json',
    ])
      expect(ignored(needed), needed).toBe(false);
    for (const secret of ['.env', '.env.local', 'key.pem', '.git', 'node_modules'])
      expect(ignored(secret), secret).toBe(true);
    expect(instructions.filter((each) => keyword(each) === 'ARG')).toEqual([]);
    expect(text).not.toMatch(/--mount=type=secret/);
  });

  it('takes lib/ from where `npm ci` makes it, and every file of the server that the package has', () => {
    const copied = dockerfile.getCOPYs().flatMap((copy) => words(copy).slice(0, -1));

    expect(scripts.prepare).toBe('node build/cli.ts');
    for (const name of ['lib', 'templates', 'schemas', 'app.yml'])
      expect([files.includes(name), copied.some((path) => path === name || path === `/src/${name}`)]).toEqual([
        true,
        true,
      ]);
  });

  it('asks /health, and starts the program of the package, which ends where settings are missing', () => {
    const [command] = dockerfile.getCMDs().slice(-1);
    const [check] = dockerfile.getHEALTHCHECKs();

    expect(command?.getJSONStrings().map((each) => each.getJSONValue())).toEqual([
      ...['node', 'lib/cli/main.js', 'serve', '--no-settings', '--no-setup'],
    ]);
    expect(check?.getRawArgumentsContent()).toContain('/health');
  });
});

describe('compose.yaml', () => {
  const { services } = load(readFileSync(at('compose.yaml'), 'utf8')) as {
    readonly services: Readonly<
      Record<string, { readonly ports: readonly string[]; readonly stop_grace_period?: string }>
    >;
  };

  it('lets nobody in but this machine, and waits for the server to stop by itself', () => {
    const ports = Object.values(services).flatMap((service) => service.ports);

    expect(ports.length).toBeGreaterThan(2);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    // Its tags are Compose's own, which no other reader knows.
    const replicas = readFileSync(at('compose.replicas.yaml'), 'utf8').match(/(?<=^ +- )[\d.:-]+$/gm) ?? [];
    expect(replicas.length).toBeGreaterThan(0);
    expect(replicas.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(Number.parseInt(services.server?.stop_grace_period ?? '', 10)).toBeGreaterThan(25);
  });
});
