/**
 * Goal: however the campaign ends, it leaves no process behind, and files only where a check failed.
 * Method: the campaign as a program, interrupted, killed, and with its trading process taken away; processes
 * are found by the folder in their command line.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./campaign.ts', import.meta.url));
const skip = existsSync('/proc/self/cmdline') ? false : 'no /proc to find processes in';

interface Campaign {
  readonly program: ChildProcess;
  /** All its files are made here. */
  readonly folder: string;
  readonly output: () => string;
  /** Exit code, or the signal that killed it. */
  readonly ended: Promise<number | string | null>;
}

function startCampaign(context: TestContext, ...parameters: readonly string[]): Campaign {
  const folder = mkdtempSync(join(tmpdir(), 'crash-clean-up-'));
  const program = spawn(process.execPath, [PROGRAM, '--kills', '10', ...parameters], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  program.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const ended = new Promise<number | string | null>((resolve) => {
    program.on('close', (code, signal) => resolve(code ?? signal));
  });
  context.after(async () => {
    program.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return { program, folder, output: () => output, ended };
}

/** Trading processes whose socket is in that folder. */
function tradingProcesses(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => commandLine(name).includes(`child.ts\0${folder}`))
    .map(Number);
}

function commandLine(processId: string): string {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8');
  } catch (error) {
    // It was listed, and has ended since.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}

/** Ends with the test when it never comes true: the runner then says which. */
async function until(isTrue: () => boolean, signal: AbortSignal): Promise<void> {
  while (!isTrue()) await pause(20, undefined, { signal });
}

/** A trading process that was let in: it has begun its journal. */
async function runningProcess({ folder }: Campaign, signal: AbortSignal): Promise<number> {
  const hasJournal = (): boolean =>
    chapterFolders(folder).some((name) => existsSync(join(folder, name, 'session-1')));
  await until(() => hasJournal() && tradingProcesses(folder).length > 0, signal);
  const [processId] = tradingProcesses(folder);
  assert.ok(processId !== undefined);
  return processId;
}

function chapterFolders(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('crash-campaign-'));
}

const TIMEOUT = { skip, timeout: 120_000 };

for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${name} ends the campaign, its process and its files`, TIMEOUT, async (context) => {
    const campaign = startCampaign(context);
    await runningProcess(campaign, context.signal);
    campaign.program.kill(name);
    assert.equal(await campaign.ended, code);
    assert.match(campaign.output(), new RegExp(`interrupted by ${name}`));
    assert.deepEqual(tradingProcesses(campaign.folder), []);
    assert.deepEqual(chapterFolders(campaign.folder), []);
  });
}

test('a trading process whose campaign was killed ends by itself', TIMEOUT, async (context) => {
  const campaign = startCampaign(context);
  await runningProcess(campaign, context.signal);
  campaign.program.kill('SIGKILL');
  assert.equal(await campaign.ended, 'SIGKILL');
  await until(() => tradingProcesses(campaign.folder).length === 0, context.signal);
});

test(
  'a failed check keeps the journals, names their place and leaves no process',
  TIMEOUT,
  async (context) => {
    const campaign = startCampaign(context);
    // Not by the campaign: a process that ends by itself is what a check is there for.
    process.kill(await runningProcess(campaign, context.signal), 'SIGTERM');
    assert.equal(await campaign.ended, 1);
    assert.deepEqual(tradingProcesses(campaign.folder), []);
    const [, kept = ''] = /what is left of it: (.+)/.exec(campaign.output()) ?? [];
    assert.ok(readdirSync(kept).includes('session-1'), campaign.output());
    assert.deepEqual(
      readdirSync(kept).filter((name) => name.endsWith('.sock')),
      [],
    );
  },
);
