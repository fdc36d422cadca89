/**
 * Sockets between process and network in a fault run: the connectors of the present life, the venue's
 * doors, and what goes wrong between them. Counts how long promises must be waited for.
 */
import { type OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { AccountEvent, EngineEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { FaultNetwork } from '#simulation/faults/faults.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { SocketFaultName } from '#simulation/sockets/socket-fault-table.ts';
import type { SocketWindow } from '#simulation/sockets/socket-script.ts';
import { VenueDoors } from '#simulation/sockets/venue-doors.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import { ConnectorLife } from './connector-life.ts';
import type { TaskClock } from './task-clock.ts';

/** Jitter of the connectors: a stream of its own. */
const JITTER_STREAM = 579;
/** The longest chain of promises behind one answer, with room; and one more for each row of a list. */
const TURNS_LEAST = 48;
const CHARACTERS_A_TURN = 24;

export interface SocketWorldOptions {
  readonly clock: VirtualClock;
  readonly network: FaultNetwork;
  readonly instruments: readonly Instrument[];
  readonly seed: number;
  readonly script: readonly SocketWindow[];
  /** Time as the process feels it. */
  readonly processTime: () => TaskClock;
  readonly onFault: (name: SocketFaultName, instrument: number) => void;
}

export class SocketWorld {
  readonly doors: VenueDoors;
  private readonly options: SocketWorldOptions;
  private readonly random: SeededRandom;
  private life: ConnectorLife | null = null;
  private turns = 0;

  constructor(options: SocketWorldOptions) {
    const { clock, network, instruments, seed, onFault } = options;
    this.options = options;
    this.random = new SeededRandom(seed, JITTER_STREAM);
    this.doors = new VenueDoors({
      clock,
      instruments: () => this.life?.instruments ?? instruments,
      submit: (command) => network.submit(command),
      releaseMicros: (instrument) => network.releaseMicros(instrument),
      onTold: (length) => this.noteTold(length),
      seed,
      onFault,
    });
  }

  /** From now on the script runs. */
  start(): void {
    const { clock, script } = this.options;
    const from = clock.nowMicros;
    const { faults } = this.doors;
    for (const window of script) {
      const open = { run: (): void => faults.begin(window) };
      const close = { run: (): void => faults.end(window) };
      clock.schedule((from + window.fromMicros) as EpochMicros, open);
      clock.schedule((from + window.toMicros) as EpochMicros, close);
    }
  }

  /** A life begins: its connectors are built and open their sockets. */
  begin(sink: EventSink): void {
    const { network, processTime, instruments } = this.options;
    this.doors.audit.onLife();
    this.life = new ConnectorLife({
      instruments: instruments.map(({ index }) => network.instrument(index)),
      clock: processTime(),
      random: () => this.random.uniform(),
      doors: this.doors,
      sink: {
        publish: (event) => {
          if (event.kind === EventKind.EXECUTION_REPORT) this.doors.audit.onHeard(event);
          sink.publish(event);
        },
      },
      onSnapshotRequest: (instrument) => {
        const command = new RequestCommand();
        command.instrument = instrument;
        network.submit(command);
      },
      onTimer: () => this.noteTold(0),
    });
    this.life.start();
    this.noteTold(0);
  }

  end(): void {
    this.life?.end();
    this.life = null;
    this.doors.hangUp();
  }

  define(instrument: Instrument): void {
    this.life?.define(instrument);
  }

  /** True for what the venue says of the account: it goes through the doors. */
  takes(event: EngineEvent): boolean {
    const isPrivate =
      event.kind >= EventKind.EXECUTION_REPORT && event.kind < EventKind.SESSION_START;
    if (!isPrivate) return false;
    this.doors.deliver(event as AccountEvent);
    return true;
  }

  submit(command: Readonly<OrderCommand | RequestCommand>): void {
    this.noteTold(0);
    this.life?.gateway.submit(command);
  }

  /** Turns of the promises that are still to be waited for; asked after each step of the clock. */
  takeTurns(): number {
    const { turns } = this;
    this.turns = 0;
    return turns;
  }

  private noteTold(length: number): void {
    this.turns = Math.max(this.turns, TURNS_LEAST + Math.ceil(length / CHARACTERS_A_TURN));
  }
}
