import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const DASHBOARD_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const WEB_FOLDER = join(DASHBOARD_FOLDER, 'web');
const PROJECT_FOLDER = fileURLToPath(new URL('../../..', import.meta.url));
const STAMP = '.sources';
/** The engine comes first on a small machine. */
const BUILD_NICENESS = 5;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** One file of the built page, in memory: the page is small and the disk is not asked again. */
export interface PageFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** True when the name carries a hash of the content: it may be cached for ever. */
  readonly isImmutable: boolean;
}

/** The files of the page, however they came about. */
export interface PageFiles {
  /** A file by its path below the page's root ("index.html"); null when there is none (yet). */
  file(path: string): PageFile | null;
  /** Why there is no page and will be none; null while all is well. */
  readonly failure: string | null;
  /** Makes the files ready. Never throws: see `failure`. */
  prepare(): Promise<void>;
}

/**
 * The page as files: built by vite into web/dist when it is not there or older than its sources, in
 * a process of its own while the engine already runs.
 */
export class PageBuild implements PageFiles {
  private files: ReadonlyMap<string, PageFile> | null = null;
  private problem: string | null = null;
  private readonly distFolder: string;
  private readonly webFolder: string;

  constructor(webFolder: string = WEB_FOLDER) {
    this.webFolder = webFolder;
    this.distFolder = join(webFolder, 'dist');
  }

  file(path: string): PageFile | null {
    return this.files?.get(path) ?? null;
  }

  get failure(): string | null {
    return this.problem;
  }

  /** At once when the build is current, else after a build. */
  async prepare(): Promise<void> {
    try {
      const wanted = sourcesHash(this.webFolder);
      if (this.builtHash() !== wanted) {
        this.problem = await runVite(this.webFolder);
        if (this.problem !== null) return;
        writeFileSync(join(this.distFolder, STAMP), wanted);
      }
      this.files = readPage(this.distFolder);
    } catch (error) {
      // The page's files are no reason to stop a session that trades: the waiting page shows this.
      this.problem = `the page's files in ${this.webFolder} cannot be used: ${String(error)}`;
    }
  }

  private builtHash(): string {
    const stamp = join(this.distFolder, STAMP);
    return existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  }
}

/** Hash of everything the page is built from. */
function sourcesHash(webFolder: string): string {
  const hash = createHash('sha256');
  const sources = [
    ...walk(webFolder).filter((path) => !/\.test\.tsx?$|\.md$/.test(path)),
    join(DASHBOARD_FOLDER, 'protocol.ts'),
    join(PROJECT_FOLDER, 'package-lock.json'),
  ];
  for (const path of sources.sort()) {
    hash.update(relative(PROJECT_FOLDER, path).split(sep).join('/'));
    if (existsSync(path)) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

function walk(folder: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(folder)) {
    if (name === 'dist' || name === 'node_modules') continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) found.push(...walk(path));
    else found.push(path);
  }
  return found;
}

/** Runs the build; resolves to null, or to what went wrong and what to do. */
function runVite(webFolder: string): Promise<string | null> {
  const vite = join(PROJECT_FOLDER, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite)) {
    return Promise.resolve(
      'the page is not built and vite is not installed: run `npm ci` in the project folder',
    );
  }
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        vite,
        'build',
        webFolder,
        '--config',
        join(webFolder, 'vite.config.ts'),
        '--logLevel',
        'error',
      ],
      { cwd: PROJECT_FOLDER, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    if (child.pid !== undefined) setPriority(child.pid, BUILD_NICENESS);
    let words = '';
    const collect = (chunk: Buffer): void => {
      words = (words + chunk.toString('utf8')).slice(-4_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve(`vite could not be started: ${error.message}`));
    child.on('close', (code) => {
      resolve(code === 0 ? null : `vite could not build the page (exit code ${code}):\n${words}`);
    });
  });
}

function readPage(distFolder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const path of walk(distFolder)) {
    const name = relative(distFolder, path).split(sep).join('/');
    const contentType = TYPES[name.split('.').at(-1) ?? ''];
    if (contentType === undefined) continue;
    const isImmutable = name.startsWith('assets/');
    files.set(name, { bytes: readFileSync(path), contentType, isImmutable });
  }
  return files;
}

export const WAITING_SCRIPT_NAME = 'waiting.js';

/**
 * Loads the address anew until the page is there. A script and no `refresh`: with a fragment (the
 * token) in the address a refresh only jumps to it and loads nothing.
 */
export const WAITING_SCRIPT = 'setTimeout(() => location.reload(), 500);';

/** What is served until the page is built: it asks again by itself. */
export function waitingPage(failure: string | null): string {
  const text =
    failure === null
      ? 'The engine is running. The page is being built once; this takes a few seconds.'
      : escapeHtml(failure);
  const refresh = failure === null ? `<script src="${WAITING_SCRIPT_NAME}"></script>` : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>doge-mm</title><link rel="icon" href="data:,">${refresh}
<style>body{font:14px system-ui;margin:3rem;background:#14171c;color:#d7dbe2}</style></head>
<body><pre style="white-space:pre-wrap">${text}</pre></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
