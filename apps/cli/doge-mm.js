#!/usr/bin/env node
// Plain JavaScript on purpose: an older Node must be able to read this far and say what to do.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major >= NODE_MAJOR_MIN) {
  module.enableCompileCache();
  const { main } = await import('./main.ts');
  await main(process.argv.slice(2));
} else {
  const shipped = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
  if (!existsSync(shipped)) {
    process.stderr.write(
      `doge-mm needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.versions.node}.\n` +
        'Run `npm ci` in the project folder (it brings its own Node on Linux and Windows), or install Node 24.\n',
    );
    process.exit(3);
  }
  const child = spawnSync(shipped, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(child.status ?? 3);
}
