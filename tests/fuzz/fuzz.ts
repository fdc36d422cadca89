/**
 * The fuzz campaign as a program: bad bytes into everything that takes bytes from outside. Prints one JSON on
 * stdout; exit code 1 with a command that repeats each finding.
 */
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import { TARGETS } from './targets.ts';

const USAGE = 'usage: npm run fuzz -- [--cases N] [--seed N] [--only TARGET] [--case N]';

function numberOf(text: string | undefined, standard: number): number {
  const value = text === undefined ? standard : Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`not a whole number: ${text}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      case: { type: 'string' },
    },
  });
  const { only } = values;
  const targets = TARGETS.filter((one) => only === undefined || one.name === only);
  if (targets.length === 0) {
    throw new RangeError(`no target ${only}: ${TARGETS.map((one) => one.name).join(', ')}`);
  }
  if (values.case !== undefined && only === undefined) throw new RangeError('--case needs --only');
  const result = await runCampaign({
    targets,
    seed: numberOf(values.seed, 1),
    cases: numberOf(values.cases, 1_000_000),
    onlyCase: values.case === undefined ? null : numberOf(values.case, 0),
    onTarget: ({ target, cases, refused, findings }) =>
      process.stderr.write(
        `${target}: ${cases} cases, ${refused} refused, ${findings.length} findings\n`,
      ),
  });
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  for (const { what, repeat } of result.findings) {
    process.stderr.write(`\n${what}\n  repeat: ${repeat}\n`);
  }
  return result.findings.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}
