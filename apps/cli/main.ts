import { Command, CommanderError, Option } from 'commander';
import { buildInfo } from './build-info.ts';
import { ExitCode, usageError } from './cli-error.ts';
import { reportError, runCommand } from './output.ts';

const PROGRAM_HELP = `
Start here:
  npm start                     paper trading on a synthetic market, page at http://127.0.0.1:8080
  doge-mm economics             can this instrument be quoted at this fee tier?
  doge-mm backtest --help       a recording through the engine and the simulated venue

Exit codes: 0 well, 1 found something bad, 2 usage or configuration, 3 environment, 130 interrupted;
simulate: 4 the product crashed, 5 it got stuck.
`;

const RUN_HELP = `
Live keys come from the environment: DOGE_MM_API_KEY with DOGE_MM_API_PRIVATE_KEY_FILE (Ed25519, PEM) or
DOGE_MM_API_SECRET (HMAC); DOGE_MM_PERP_API_… the same for the perpetual when it has a key of its own.

Examples:
  doge-mm run --seed 7 --duration 10m --speed max --json
  doge-mm run --world live --environment testnet
  doge-mm run --world live --venue exchange:exchange.json
`;

/** Collects a repeatable option. */
function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function jsonOption(command: Command): Command {
  return command.option('--json', 'print one JSON object on stdout and nothing else');
}

function configOptions(command: Command): Command {
  return jsonOption(command)
    .option('--config <file>', 'configuration file (YAML)')
    .option('--set <path=value>', 'override one configuration key; repeatable', collect, [])
    .option('--symbol <symbol>', 'symbol to quote and hedge')
    .addOption(
      new Option('--profile <name>', 'quoting profile').choices(['floor', 'naive-touch', 'rebate']),
    );
}

/** Public data of production needs no key and moves no money: it is the default. */
function environmentOption(): Option {
  return new Option('--environment <name>', "which of the venue's environments")
    .choices(['testnet', 'demo', 'production'])
    .default('production');
}

/** The program. Sub-commands load their code only when they run, so that `--help` is instant. */
function buildProgram(): Command {
  const program = new Command('doge-mm')
    .description(
      'A market maker: quotes Binance spot, hedges on the USD-M perpetual, replays every session bit for bit.',
    )
    .version(buildInfo(), '--version', 'print version and commit')
    .addHelpText('after', PROGRAM_HELP)
    .showHelpAfterError('(add --help for the options of a command)')
    .exitOverride();
  addTradingCommands(program);
  addSimulateCommand(program);
  addExchangeCommand(program);
  addSessionCommands(program);
  addAdviceCommands(program);
  return program;
}

/** run, backtest: worlds in which the engine trades. */
function addTradingCommands(program: Command): void {
  configOptions(program.command('run'))
    .description('run the market maker')
    .addOption(
      new Option('--world <world>', 'paper: a simulated account; live: a real one')
        .choices(['paper', 'live'])
        .default('paper'),
    )
    .option('--venue <venue>', 'live: binance, or exchange:FILE with the line of `exchange --json`')
    .option('--feed <feed>', 'synthetic, binance, ccxt:EXCHANGE, or recording:FILE[,FILE...]')
    .option('--duration <time>', 'stop after this much market time, like 10m')
    .option('--speed <n>', 'times real time, or max', '1')
    .option('--seed <n>', 'seed of everything random')
    .option('--session <dir>', 'folder to record the session in')
    .addOption(
      new Option('--environment <name>', "which of the venue's environments").choices([
        'testnet',
        'demo',
        'production',
      ]),
    )
    .option('--trade-real-money', 'live: without it production is refused', false)
    .option('--key <name>', 'live on exchange:FILE: which of its demo keys')
    .option('--spot-rest <url>', "base URL in the place of the environment's")
    .option('--spot-streams <url>', "base URL in the place of the environment's")
    .option('--spot-ws-api <url>', "URL with its path in the place of the environment's")
    .option('--usdm-rest <url>', "base URL in the place of the environment's")
    .option('--usdm-streams <url>', "base URL in the place of the environment's")
    .option('--usdm-ws-api <url>', "URL with its path in the place of the environment's")
    .option('--port <n>', 'port of the live page; 0 picks a free one')
    .option('--no-dashboard', 'do not serve the live page')
    .option('--no-terminal', 'do not draw the terminal view')
    .addHelpText('after', RUN_HELP)
    .action(async (options) => {
      const { runSessionCommand } = await import('./commands/run.ts');
      await runCommand(options.json === true, () => runSessionCommand(options));
    });

  configOptions(program.command('backtest'))
    .description('recorded data through engine and simulated venue')
    .requiredOption('--data <files...>', 'recordings of the quoted market, in order')
    .option('--hedge-data <files...>', 'recordings of the perpetual, in order')
    .option(
      '--queue-model <name[:n]>',
      'power, power2, power3, log, log2, risk-averse, trade-through',
    )
    .option('--latency <model>', 'constant:ENTRY,RESPONSE or interpolated:FILE')
    .option('--from <time>', 'start at this time (ISO)')
    .option('--to <time>', 'stop at this time (ISO)')
    .option('--seed <n>', 'seed of everything random')
    .option('--report <file>', 'write one self-contained HTML report')
    .option('--fills <file>', 'write every fill as CSV')
    .option('--session <dir>', 'folder to record the session in')
    .addHelpText(
      'after',
      '\nExample:\n  doge-mm backtest --data spot.gz --hedge-data usdm.gz --symbol BTCUSDT --profile naive-touch --report report.html',
    )
    .action(async (options) => {
      const { runBacktest } = await import('./commands/backtest.ts');
      await runCommand(options.json === true, () => runBacktest(options));
    });
}

/** simulate: the fault world. */
function addSimulateCommand(program: Command): void {
  jsonOption(program.command('simulate'))
    .description('the fault world: the whole engine under drawn faults, judged by an auditor')
    .option('--seed <n>', 'one seed (default 1)')
    .option('--seeds <a..b>', 'a range of seeds, on all cores')
    .option('--hours <h>', 'market time of each seed, in hours', '1')
    .option('--faults <names...>', 'all, none, or names of faults', ['all'])
    .option(
      '--shrink',
      'cut the script of the first seed that fails, and write it as a test',
      false,
    )
    .option('--test-dir <dir>', 'folder for that test', 'tests/simulation/regressions')
    .option('--script <file>', 'run the one script that --shrink wrote, again')
    .option('--sockets', 'with the production connectors, over simulated sockets', false)
    .option('--stop-at-first', 'begin no further seed once one has failed', false)
    .option('--resume <file>', 'keep results here, and go on with what it holds')
    .option('--workers <n>', 'threads; one a core without it')
    .addHelpText(
      'after',
      '\nExit codes: 1 an invariant broke or too little happened, 4 the product crashed, 5 it got stuck.' +
        '\nExample:\n  doge-mm simulate --seeds 1..300 --hours 1 --faults all --json',
    )
    .action(async (options) => {
      const { runSimulate } = await import('./commands/simulate.ts');
      await runCommand(options.json === true, () => runSimulate(options));
    });
}

/** exchange: the venue simulator as a server. */
function addExchangeCommand(program: Command): void {
  jsonOption(program.command('exchange'))
    .description("the venue simulator as a server: speaks Binance's protocols on loopback")
    .option('--symbols <list>', 'symbols to list, separated by commas', 'DOGEUSDT')
    .option(
      '--market <market>',
      'who trades there: synthetic, or recording:FILE[,FILE...]',
      'synthetic',
    )
    .option(
      '--port-spot <n>',
      'port of spot: REST, streams, WebSocket API; 0 picks a free one',
      '7080',
    )
    .option('--port-usdm <n>', 'port of the perpetuals; 0 picks a free one', '7081')
    .option('--port-sbe <n>', 'port of the binary streams of spot; 0 picks a free one', '0')
    .option('--port-admin <n>', 'port of the administrator; 0 picks a free one', '0')
    .option('--faults <names...>', 'all, none, or names of faults', ['none'])
    .option('--keys <file>', 'accounts and keys (YAML or JSON); without it demo keys are made')
    .option('--seed <n>', 'seed of the market, the faults and the demo keys')
    .option('--legacy', 'serve what the venue has retired, too', false)
    .addHelpText(
      'after',
      '\nExample:\n  doge-mm exchange --symbols DOGEUSDT --port-spot 0 --port-usdm 0 --seed 7 --json',
    )
    .action(async (options) => {
      const { runExchange } = await import('./commands/exchange.ts');
      await runCommand(options.json === true, () => runExchange(options));
    });
}

/** replay, data check, why: what was recorded. */
function addSessionCommands(program: Command): void {
  jsonOption(program.command('replay'))
    .description('a recorded session again, bit for bit')
    .argument('<session>', 'folder of the session')
    .option('--verify', 'compare state and commands with what was recorded')
    .option('--until <time>', 'stop at this time (ISO)')
    .addHelpText(
      'after',
      '\nExample:\n  doge-mm replay sessions/2026-01-05T07-55-00Z-seed7 --verify',
    )
    .action(async (session: string, options) => {
      const { runReplay } = await import('./commands/replay.ts');
      await runCommand(options.json === true, () => runReplay(session, options));
    });

  const data = program.command('data').description('recordings: make and check them');
  jsonOption(data.command('check'))
    .description('gaps, order, crossed books, agreement of the depth-built book with bookTicker')
    .argument('<files...>', 'recordings; several of one market and symbol in a row are one')
    .addHelpText('after', '\nExample:\n  doge-mm data check spot-btcusdt.gz usdm-btcusdt.gz')
    .action(async (files: string[], options) => {
      const { runDataCheck } = await import('./commands/data-check.ts');
      await runCommand(options.json === true, () => runDataCheck(files, options));
    });

  jsonOption(data.command('record'))
    .description('public streams of the venue to files, as they come; needs no key')
    .requiredOption('--symbol <symbol>', 'symbol to record')
    .requiredOption('--out <dir>', 'folder for the files')
    .addOption(
      new Option('--market <market>', 'which').choices(['spot', 'usdm', 'both']).default('both'),
    )
    .addOption(environmentOption())
    .option('--duration <time>', 'stop after this much time; without it at a signal')
    .option('--rotate <time>', 'largest age of a file', '1h')
    .option('--rotate-size <mebibytes>', 'largest size of a file', '512')
    .option('--spot-rest <url>', "base URL in the place of the environment's")
    .option('--spot-streams <url>', "base URL in the place of the environment's")
    .option('--usdm-rest <url>', "base URL in the place of the environment's")
    .option('--usdm-streams <url>', "base URL in the place of the environment's")
    .addHelpText(
      'after',
      '\nExample:\n  doge-mm data record --symbol DOGEUSDT --out recordings --duration 1h',
    )
    .action(async (options) => {
      const { runDataRecord } = await import('./commands/data-record.ts');
      await runCommand(options.json === true, () => runDataRecord(options));
    });

  jsonOption(program.command('why'))
    .description('why a side is, or is not, quoted')
    .argument('<session>', 'folder of a recorded or running session')
    .addOption(new Option('--side <side>', 'one side only').choices(['bid', 'ask']))
    .option('--at <time>', 'moment to look at (ISO); the end without it')
    .addHelpText(
      'after',
      '\nExample:\n  doge-mm why sessions/latest --side bid --at 2026-01-05T07:58:00Z',
    )
    .action(async (session: string, options) => {
      const { runWhy } = await import('./commands/why.ts');
      await runCommand(options.json === true, () => runWhy(session, options));
    });
}

/** check-config, economics, bench: answers before any trading. */
function addAdviceCommands(program: Command): void {
  jsonOption(program.command('check-config'))
    .description('validates and explains a configuration')
    .argument('[files...]', 'configuration files; none checks the defaults')
    .option('--set <path=value>', 'override one configuration key; repeatable', collect, [])
    .option('--symbol <symbol>', 'symbol to check against')
    .option('--print-schema', 'print the JSON Schema for editors')
    .option('--print-effective', 'print every key, explained, with its value')
    .addHelpText('after', '\nExample:\n  doge-mm check-config configs/dev/config.yaml')
    .action(async (files: string[], options) => {
      const { runCheckConfig } = await import('./commands/check-config.ts');
      await runCommand(options.json === true, () => runCheckConfig(files, options));
    });

  configOptions(program.command('economics'))
    .description('can this instrument be quoted at this fee tier, where, and what is needed')
    .option('--tier <tier>', 'fee tier: VIP0 to VIP9, ZERO, REBATE, with +BNB')
    .option('--data <files...>', 'measure volatility, spread and flow on recordings')
    .option('--seed <n>', 'seed of the synthetic market measured without --data')
    .addHelpText('after', '\nExample:\n  doge-mm economics --symbol DOGEUSDT --tier VIP0')
    .action(async (options) => {
      const { runEconomics } = await import('./commands/economics.ts');
      await runCommand(options.json === true, () => runEconomics(options));
    });

  jsonOption(program.command('bench'))
    .description('every claimed number, with its peer or limit in the same run')
    .option('--only <name>', 'rows whose name starts with this')
    .option('--compare <file>', 'compare with an earlier result (JSON)')
    .option('--long', 'rows that take minutes too: memory over a day of events')
    .addHelpText('after', '\nExample:\n  doge-mm bench --only decode')
    .action(async (options) => {
      const { runBench } = await import('./commands/bench.ts');
      await runCommand(options.json === true, () => runBench(options));
    });
}

/** Parses the command line and runs one command; sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that goes away (`| head`) is no error of ours: there is nobody left to tell.
  process.stdout.on('error', endWhenPipeCloses);
  process.stderr.on('error', endWhenPipeCloses);
  const program = buildProgram();
  const json = argv.includes('--json');
  if (json) silenceUsageErrors(program);
  try {
    if (argv.length === 0) program.help();
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    process.exitCode = json
      ? reportError(
          usageError(error.message.replace(/^error: /, ''), argv.join(' '), 'see doge-mm --help'),
          true,
        )
      : ExitCode.USAGE;
  }
}

function endWhenPipeCloses(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(ExitCode.OK);
}

/** With `--json` the error object on stdout is the whole answer. */
function silenceUsageErrors(program: Command): void {
  const quiet = { writeErr: () => {} };
  program.configureOutput(quiet);
  for (const command of program.commands) silenceUsageErrors(command);
}
