/**
 * Writes docs/performance.md from a result of the bench:
 * `node bench/write-performance-doc.ts RESULT.json`, where RESULT.json is `doge-mm bench --json`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './bench.ts';
import { performanceDocument } from './performance-document.ts';

const TARGET = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const [source] = process.argv.slice(2);
if (source === undefined) {
  process.stderr.write('usage: node bench/write-performance-doc.ts RESULT.json\n');
  process.exitCode = 2;
} else {
  const result = JSON.parse(readFileSync(source, 'utf8')) as BenchResult;
  writeFileSync(TARGET, performanceDocument(result));
}
