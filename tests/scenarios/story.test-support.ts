/** A paper session to tell a story with: opened in a temporary folder, driven by the test's own hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedConfiguration, loadConfiguration } from '#adapters/config/config.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { openPaper } from '#compose/paper.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import { type AlertCommand, type Command, CommandKind } from '#contracts/commands.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { QuoteSide } from '#contracts/quote-set.ts';
import { type EpochMicros, type InstrumentIndex, MICROS_PER_SECOND } from '#units/integers.ts';

export type Settings = Readonly<Record<string, string | number | boolean>>;

/** Configuration of defaults and these keys. */
export function configured(settings: Settings): LoadedConfiguration {
  const overrides = Object.entries(settings).map(([path, value]) => ({
    path,
    value: JSON.stringify(value),
  }));
  return loadConfiguration({ file: null, overrides });
}

/** A command as a story remembers it, with the time it left. */
export interface SentCommand {
  readonly kind: CommandKind;
  readonly atMicros: number;
  readonly instrument: number;
  readonly side: number;
  readonly reducesRisk: boolean;
}

/** One session with what it did. */
export class Story {
  readonly session: TradingSession;
  readonly directory: string;
  readonly commands: SentCommand[] = [];
  readonly alertCodes: number[] = [];
  private readonly watchers: ((event: Readonly<EngineEvent>) => void)[] = [];
  private isOver = false;

  constructor(session: TradingSession, directory: string) {
    this.session = session;
    this.directory = directory;
    session.router.addRecorder({ emit: (command) => this.keep(command) });
    session.host.addObserver({
      onApplied: (event) => {
        for (const watcher of this.watchers) watcher(event);
      },
    });
  }

  /** Called with every applied event, after the engine has handled it. */
  watch(watcher: (event: Readonly<EngineEvent>) => void): void {
    this.watchers.push(watcher);
  }

  /** Market time goes on. */
  wait(seconds: number): void {
    const { session } = this;
    session.runUntil(Math.round(session.nowMicros + seconds * MICROS_PER_SECOND) as EpochMicros);
  }

  /** Waits in small steps until it holds; false when it does not within `seconds`. */
  waitFor(seconds: number, holds: () => boolean): boolean {
    const steps = Math.ceil(seconds * 20);
    for (let step = 0; step < steps && !holds(); step++) this.wait(0.05);
    return holds();
  }

  /** Orders of ours resting at the venue in one market. */
  resting(instrument: number): number {
    return this.session.world.venue.openOrders(instrument as InstrumentIndex).length;
  }

  /** Placements since then: new orders and replacements. */
  placedSince(sinceMicros: number, instrument: number): SentCommand[] {
    return this.commands.filter(
      (one) =>
        (one.kind === CommandKind.PLACE_ORDER || one.kind === CommandKind.REPLACE_ORDER) &&
        one.instrument === instrument &&
        one.atMicros >= sinceMicros,
    );
  }

  /** Ends in order and removes the folder. Returns how many orders stayed open. */
  end(): number {
    this.isOver = true;
    const open = this.session.shutDown();
    this.session.close();
    rmSync(this.directory, { recursive: true, force: true });
    return open;
  }

  /** For `finally`: removes what a failed test left. */
  drop(): void {
    if (!this.isOver) rmSync(this.directory, { recursive: true, force: true });
  }

  private keep(command: Readonly<Command>): void {
    if (command.kind === CommandKind.RAISE_ALERT) {
      this.alertCodes.push((command as AlertCommand).code);
      return;
    }
    this.commands.push({
      kind: command.kind,
      atMicros: this.session.nowMicros,
      instrument: 'instrument' in command ? command.instrument : -1,
      side: 'side' in command ? command.side : -1,
      reducesRisk: 'reducesRisk' in command && command.reducesRisk,
    });
  }
}

/** Opens a paper session on the synthetic market; nothing has happened yet. */
export async function openStory(settings: Settings): Promise<Story> {
  const loaded = configured(settings);
  const directory = mkdtempSync(join(tmpdir(), 'doge-mm-story-'));
  const session = await openPaper({ loaded, directory, build: 'story', probe: new NoProbe() });
  return new Story(session, directory);
}

/** Opens, starts, tells and ends a story; nothing of ours may rest at its end. */
export async function tell(settings: Settings, plot: (story: Story) => void): Promise<void> {
  const story = await openStory(settings);
  try {
    story.session.start();
    plot(story);
    const open = story.end();
    if (open !== 0) throw new Error(`${open} orders still open at the end`);
  } finally {
    story.drop();
  }
}

/** True when the side shows at least one layer. */
export function isQuoted(side: QuoteSide): boolean {
  return side.levels.some((level) => level.quantityLots > 0);
}
