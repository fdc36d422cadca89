/**
 * The lives of the trading process in a fault run: begun, crashed, paused, begun again by whoever
 * watches over it, and set up anew by people after a kill or a damaged journal.
 */
import { JournalError } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import type { Clock, OrderGateway, Storage } from '#contracts/edge-ports.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Auditor } from '#simulation/auditor/auditor.ts';
import { DiskFaultError, SimulatedDisk } from '#simulation/disk/disk.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import { EngineBeliefs } from './engine-view.ts';
import { ProcessClock } from './process-clock.ts';
import { openInlineSink, type ProgramIdentity } from './process-life.ts';
import type { SessionSetup } from './session-setup.ts';
import { WatchedSink, walkRecords } from './simulated-records.ts';
import { TradingProcess } from './trading-process.ts';

/** A watchdog begins the process again after so long, drawn. */
const RESTART_SECONDS = [1, 12] as const;
/** People need so long to look at a kill and to begin anew. */
const REARM_MICROS = 20 * MICROS_PER_SECOND;
/** What the epoch's file says, whoever wrote it. */
const EPOCH_FILE = 'epoch';
const EPOCH_LINE = /^epoch (\d+) [0-9a-f]{8}\n$/;
/** Event time between syncs of the journal. */
const SYNC_MICROS = MICROS_PER_SECOND;

export interface ProcessLivesOptions {
  readonly setup: SessionSetup;
  readonly program: ProgramIdentity;
  readonly checkpointEvents: number;
  readonly leaseExpiryMicros: DurationMicros;
  readonly leaseRenewalMicros: DurationMicros;
  readonly clock: VirtualClock;
  readonly wallClock: Clock;
  readonly random: SeededRandom;
  readonly gateway: OrderGateway;
  readonly auditor: Auditor;
  /** Instruments as the venue has them now. */
  readonly instruments: () => readonly Instrument[];
  /** A life has begun and may be connected; it has not been introduced yet. */
  readonly onBegun: (process: TradingProcess, beliefs: EngineBeliefs) => void;
  /** A life is over: nothing reaches it any more. */
  readonly onOver: () => void;
  /** The program broke by itself: no fault explains it. */
  readonly onBug: (cause: unknown) => void;
}

export class ProcessLives {
  /** Lives begun. */
  count = 0;
  /** Highest epoch on the disk when the present life began. */
  durableEpoch = 0;
  /** Times the engine stopped itself for good. */
  killCount = 0;
  private readonly options: ProcessLivesOptions;
  private readonly epochDisk: SimulatedDisk;
  private disk: SimulatedDisk;
  private clock: ProcessClock;
  private living: TradingProcess | null = null;
  private looks: EngineBeliefs | null = null;
  private isDamageExpected = false;
  private isRearming = false;
  private isEnding = false;

  constructor(options: ProcessLivesOptions) {
    this.options = options;
    this.epochDisk = new SimulatedDisk({ random: options.random });
    this.disk = new SimulatedDisk({ random: options.random });
    this.clock = new ProcessClock(options.clock);
  }

  /** The process that runs now; null between two lives. */
  get process(): TradingProcess | null {
    return this.living;
  }

  get beliefs(): EngineBeliefs | null {
    return this.looks;
  }

  get storage(): Storage {
    return this.disk;
  }

  /** Begins a life: with what the disk holds, or with nothing when that cannot be used. */
  begin(): void {
    if (this.living !== null || this.isEnding) return;
    const { options } = this;
    const before = walkRecords(this.disk);
    this.clock = new ProcessClock(options.clock);
    let process: TradingProcess;
    try {
      process = this.open(before.rollingHash);
    } catch (cause) {
      this.onRefused(cause);
      return;
    }
    this.living = process;
    this.durableEpoch = this.readDurableEpoch();
    this.count += 1;
    const beliefs = new EngineBeliefs(process.engine);
    this.looks = beliefs;
    this.tellAuditor(process);
    this.watch(process, beliefs);
    options.onBegun(process, beliefs);
    this.guarded(() => process.start());
    this.syncLater(process);
  }

  /** The process dies where it stands. `hasPower`: the system lives on and keeps what was written. */
  crash(hasPower: boolean): void {
    const process = this.living;
    if (process === null) return;
    this.end(process);
    if (hasPower) this.disk.killProgram();
    else {
      this.disk.losePower();
      this.epochDisk.losePower();
    }
    this.beginLater();
  }

  pause(): void {
    if (this.living === null) return;
    this.clock.pause();
    this.options.auditor.onPaused(this.options.clock.nowMicros);
  }

  resume(): void {
    if (this.living === null || !this.clock.isPaused) return;
    this.options.auditor.onResumed(this.options.clock.nowMicros);
    this.clock.resume();
  }

  /** The next operations of the disk end in a crash of the machine. */
  crashInDisk(operations: number): void {
    this.disk.crashIn(operations, () => undefined);
  }

  failNextSync(): void {
    this.disk.failSyncs();
  }

  fillDisk(): void {
    this.disk.fillUp();
  }

  freeDisk(): void {
    this.disk.freeUp();
  }

  /** One bit at rest changes; the process is killed, so that what it left must be read again. */
  flipBit(): void {
    if (this.living === null) return;
    this.end(this.living);
    this.disk.killProgram();
    if (this.disk.flipBit('any') !== null) this.isDamageExpected = true;
    this.beginLater();
  }

  /** The last life ends in order; no other follows. Null when none runs. */
  close(): ReturnType<TradingProcess['close']> | null {
    this.isEnding = true;
    const process = this.living;
    if (process === null) return null;
    try {
      return process.close();
    } catch (cause) {
      // A disk that fails in the last moment is a crash as any other; nobody begins again after it.
      if (diskFaultOf(cause) === null) this.options.onBug(cause);
      return null;
    } finally {
      this.living = null;
      this.looks = null;
      this.options.onOver();
    }
  }

  private open(rollingHash: number): TradingProcess {
    const { options } = this;
    const { setup, auditor, clock } = options;
    const storage = this.disk;
    return new TradingProcess({
      setup,
      model: null,
      worldName: 'simulate',
      program: options.program,
      checkpointEvents: options.checkpointEvents,
      leaseExpiryMicros: options.leaseExpiryMicros,
      leaseRenewalMicros: options.leaseRenewalMicros,
      ownOrdersInBook: true,
      clock: this.clock,
      wallClock: options.wallClock,
      storage,
      epochStorage: this.epochDisk,
      instruments: options.instruments(),
      gateway: options.gateway,
      writeAhead: 'flush',
      probe: new NoProbe(),
      resume: true,
      openSink: (place) => new WatchedSink(openInlineSink(place), auditor, rollingHash),
      onDeath: (cause) => this.onDeath(cause, clock.nowMicros),
    });
  }

  private tellAuditor(process: TradingProcess): void {
    const { auditor, clock } = this.options;
    const { recovery } = process;
    if (recovery !== null) {
      const { sequence, rollingHash } = walkRecords(this.disk);
      auditor.onRecovered({
        appendedSequence: this.appended,
        durableSequence: this.durable,
        isDamaged: this.isDamageExpected,
        recoveredSequence: sequence,
        recoveredHash: rollingHash,
      });
    }
    // One flip excuses one look at the disk: what is read after it is sound again.
    this.isDamageExpected = false;
    auditor.onStarted(process.epoch, recovery === null, clock.nowMicros);
  }

  /** Highest epoch that a power cut would leave; 0: none, or one that could not be read. */
  private readDurableEpoch(): number {
    const { epochDisk } = this;
    if (!epochDisk.list().includes(EPOCH_FILE)) return 0;
    const text = Buffer.from(epochDisk.readStable(EPOCH_FILE)).toString('latin1');
    return Number(EPOCH_LINE.exec(text)?.[1] ?? 0);
  }

  private appended = 0;
  private durable = 0;

  private watch(process: TradingProcess, beliefs: EngineBeliefs): void {
    const { auditor, clock } = this.options;
    process.host.addAcceptObserver({
      onAccepted: (event) => auditor.onDelivered(event, clock.nowMicros),
    });
    process.host.addObserver({
      onApplied: (event) => {
        auditor.onApplied(event, beliefs, clock.nowMicros);
        if (beliefs.isKilled && !beliefs.isShutDown) this.onKilled();
      },
    });
    process.router.addAlertListener({
      onAlert: (alert) => auditor.onAlert(alert, clock.nowMicros),
    });
  }

  /** Stopped for good: people look at it, end the session and begin another. */
  private onKilled(): void {
    if (this.isRearming) return;
    this.isRearming = true;
    this.killCount += 1;
    const { clock } = this.options;
    const task = { run: (): void => this.rearm() };
    clock.schedule((clock.nowMicros + REARM_MICROS) as EpochMicros, task);
  }

  private rearm(): void {
    this.isRearming = false;
    if (this.isEnding) return;
    const process = this.living;
    const { auditor, clock } = this.options;
    // They look at what stands at the venue before they end what should have pulled it.
    auditor.onRearmed(clock.nowMicros);
    if (process !== null) this.end(process);
    this.setAside();
    this.begin();
  }

  /** The journal goes to the archive: the next life begins with an empty one. */
  private setAside(): void {
    this.disk = new SimulatedDisk({ random: this.options.random });
    this.appended = 0;
    this.durable = 0;
    this.isDamageExpected = false;
  }

  private end(process: TradingProcess): void {
    const { auditor, clock, onOver } = this.options;
    this.appended = process.journal.lastSequence;
    this.durable = process.journal.durableSequence;
    process.crash();
    this.living = null;
    this.looks = null;
    auditor.onCrashed(clock.nowMicros);
    onOver();
  }

  private beginLater(): void {
    const { clock, random } = this.options;
    const [least, most] = RESTART_SECONDS;
    const seconds = least + (most - least) * random.uniform();
    const at = clock.nowMicros + Math.round(seconds * MICROS_PER_SECOND);
    clock.schedule(at as EpochMicros, { run: () => this.begin() });
  }

  /** The process died of an error inside a turn. A disk that fails is a reason, anything else a bug. */
  private onDeath(cause: unknown, _nowMicros: number): void {
    const process = this.living;
    if (process === null) return;
    this.end(process);
    this.afterDeath(cause);
  }

  private afterDeath(cause: unknown): void {
    const fault = diskFaultOf(cause);
    if (fault === null) {
      this.options.onBug(cause);
      return;
    }
    if (fault.code === 'CRASH') {
      this.disk.losePower();
      this.epochDisk.losePower();
    } else {
      this.disk.killProgram();
    }
    this.beginLater();
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.onDeath(cause, this.options.clock.nowMicros);
    }
  }

  /** What the disk holds cannot be gone on with: a reason to begin anew, or one to wait. */
  private onRefused(cause: unknown): void {
    const fault = diskFaultOf(cause);
    if (fault !== null) {
      this.afterDeath(fault);
      return;
    }
    if (!(cause instanceof JournalError) || !this.isDamageExpected) {
      this.options.onBug(cause);
      return;
    }
    this.setAside();
    this.beginLater();
  }

  private syncLater(process: TradingProcess): void {
    const { clock } = this;
    const task = {
      run: (): void => {
        if (process !== this.living) return;
        this.guarded(() => process.makeDurable());
        clock.schedule((clock.nowMicros + SYNC_MICROS) as EpochMicros, task);
      },
    };
    clock.schedule((clock.nowMicros + SYNC_MICROS) as EpochMicros, task);
  }
}

/** The failure of the disk behind an error, or null when there is none. */
function diskFaultOf(cause: unknown): DiskFaultError | null {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof DiskFaultError) return error;
  }
  return null;
}
