/**
 * The lives of the trading process in a fault run: begun, crashed, paused, begun again by whoever
 * watches over it, and set up anew by people after a kill or a damaged journal.
 */
import { JournalDamagedError, JournalError } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import type { Clock, OrderGateway } from '#contracts/edge-ports.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { Auditor } from '#simulation/auditor/auditor.ts';
import type { DamageFacts } from '#simulation/auditor/auditor-inputs.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type AssetUnits,
  type DurationMicros,
  type EpochMicros,
  MICROS_PER_SECOND,
} from '#units/integers.ts';
import { EngineBeliefs } from './engine-view.ts';
import { ProcessClock } from './process-clock.ts';
import { diskFaultOf, ProcessDisk } from './process-disk.ts';
import { openInlineSink, type ProgramIdentity } from './process-life.ts';
import type { SessionSetup } from './session-setup.ts';
import { WatchedSink, walkRecords } from './simulated-records.ts';
import type { TaskClock } from './task-clock.ts';
import { TradingProcess } from './trading-process.ts';

const BASIS_POINTS = 10_000;
/** A watchdog begins the process again after so long, drawn. */
const RESTART_SECONDS = [1, 12] as const;
/** People need so long to look at a kill and to begin anew. */
const REARM_MICROS = 20 * MICROS_PER_SECOND;
/** A refusal that names no place. */
const NOWHERE = { segment: '', offset: -1 };
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
  readonly onBegun: (process: TradingProcess) => void;
  /** A life is over: nothing reaches it any more. */
  readonly onOver: () => void;
  /** A fault of the disk has happened; it may have been asked for long before. */
  readonly onDiskFault: (name: FaultName) => void;
  /** The program broke by itself: no fault explains it. */
  readonly onBug: (cause: unknown) => void;
}

/** The process that runs, and the auditor's look at what it believes. */
interface Life {
  readonly process: TradingProcess;
  readonly beliefs: EngineBeliefs;
}

export class ProcessLives {
  readonly disk: ProcessDisk;
  /** Lives begun. */
  count = 0;
  /** Highest epoch on the disk when the present life began. */
  durableEpoch = 0;
  /** Times the engine stopped itself for good. */
  killCount = 0;
  private readonly options: ProcessLivesOptions;
  private clock: ProcessClock;
  private life: Life | null = null;
  /** Last record that the life before had handed to its journal, and the last one it had promised. */
  private appended = 0;
  private durable = 0;
  private isRearming = false;
  private isAuthoritySilent = false;
  /** Other limits than those of the setup, while people want them so. */
  private limits: RiskLimits | null = null;
  private isEnding = false;

  constructor(options: ProcessLivesOptions) {
    this.options = options;
    this.disk = new ProcessDisk(options.random, options.onDiskFault);
    this.clock = new ProcessClock(options.clock);
  }

  /** The process that runs now; null between two lives. */
  get process(): TradingProcess | null {
    return this.life?.process ?? null;
  }

  /** Time as the present life feels it, or the next one. */
  get time(): TaskClock {
    return this.clock;
  }

  /** What it believes; null between two lives. */
  get beliefs(): EngineBeliefs | null {
    return this.life?.beliefs ?? null;
  }

  /** Begins a life: with what the disk holds, or with nothing when that cannot be used. */
  begin(): void {
    if (this.life !== null || this.isEnding) return;
    const { options } = this;
    const before = walkRecords(this.disk.journal);
    this.clock = new ProcessClock(options.clock);
    let process: TradingProcess;
    try {
      process = this.open(before.rollingHash);
    } catch (cause) {
      this.onRefused(cause);
      return;
    }
    this.judgeDamage(null);
    const life = { process, beliefs: new EngineBeliefs(process.engine) };
    this.life = life;
    this.durableEpoch = this.disk.durableEpoch;
    this.count += 1;
    process.silenceAuthority(this.isAuthoritySilent);
    if (this.limits !== null) process.grantLimits(this.limits);
    this.tellAuditor(process);
    this.watch(life);
    options.onBegun(process);
    this.guarded(() => process.start());
    this.syncLater(process);
  }

  /** The process dies where it stands. `hasPower`: the system lives on and keeps what was written. */
  crash(hasPower: boolean): void {
    const { process } = this;
    if (process === null) return;
    this.end(process);
    if (hasPower) this.disk.killProgram();
    else this.disk.losePower();
    this.beginLater();
  }

  pause(): void {
    if (this.life === null) return;
    this.clock.pause();
    this.options.auditor.onPaused(this.options.clock.nowMicros);
  }

  resume(): void {
    if (this.life === null || !this.clock.isPaused) return;
    this.options.auditor.onResumed(this.options.clock.nowMicros);
    this.clock.resume();
  }

  /** Whoever grants the limits is not heard, by this life and the next, or is heard again. */
  silenceAuthority(isSilent: boolean): void {
    this.isAuthoritySilent = isSilent;
    this.process?.silenceAuthority(isSilent);
  }

  /**
   * From now on the stock may grow by so many basis points from what it was at first, in this life and the
   * next; null: as far as the setup says.
   */
  tightenStock(bps: number | null): void {
    const { limits, balances } = this.options.setup;
    const most = Math.floor(balances.baseUnits * (1 + (bps ?? 0) / BASIS_POINTS)) as AssetUnits;
    const tight = { ...limits, maxLongBaseUnits: limits.maxLongBaseUnits.with(0, most) };
    this.limits = bps === null ? null : tight;
    this.process?.grantLimits(this.limits ?? limits);
  }

  /**
   * One bit at rest changes; the process is killed, so that what it left must be read again. False, and
   * nothing happens, when there is no process or nothing on its disk.
   */
  flipBit(): boolean {
    const { process } = this;
    if (process === null || !this.disk.holdsAnything) return false;
    this.end(process);
    this.disk.killProgram();
    const isFlipped = this.disk.flipBit();
    this.beginLater();
    return isFlipped;
  }

  /** The last life ends in order; no other follows. Null when none runs. */
  close(): ReturnType<TradingProcess['close']> | null {
    this.isEnding = true;
    const { process } = this;
    if (process === null) return null;
    try {
      return process.close();
    } catch (cause) {
      // A disk that fails in the last moment is a crash as any other; nobody begins again after it.
      if (diskFaultOf(cause) === null) this.options.onBug(cause);
      return null;
    } finally {
      this.life = null;
      this.options.onOver();
    }
  }

  private open(rollingHash: number): TradingProcess {
    const { options } = this;
    const { setup, auditor } = options;
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
      storage: this.disk.journal,
      epochStorage: this.disk.epochs,
      instruments: options.instruments(),
      gateway: options.gateway,
      writeAhead: 'flush',
      probe: new NoProbe(),
      resume: true,
      openSink: (place) => new WatchedSink(openInlineSink(place), auditor, rollingHash),
      onDeath: (cause) => this.onDeath(cause),
    });
  }

  private tellAuditor(process: TradingProcess): void {
    const { auditor, clock } = this.options;
    const { recovery } = process;
    if (recovery !== null) {
      const { sequence, rollingHash } = walkRecords(this.disk.journal);
      auditor.onRecovered({
        appendedSequence: this.appended,
        durableSequence: this.durable,
        isDamaged: this.disk.isDamageExpected,
        recoveredSequence: sequence,
        recoveredHash: rollingHash,
      });
    }
    this.disk.expectSound();
    auditor.onStarted(process.epoch, recovery === null, clock.nowMicros);
  }

  private watch({ process, beliefs }: Life): void {
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
    process.router.addRecorder({ emit: (command) => auditor.onEmitted(command) });
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
    const { process } = this;
    const { auditor, clock } = this.options;
    // They look at what stands at the venue before they end what should have pulled it.
    auditor.onRearmed(clock.nowMicros);
    if (process !== null) this.end(process);
    this.setAside();
    this.begin();
  }

  /** The journal goes to the archive: the next life begins with an empty one. */
  private setAside(): void {
    this.disk.setAside();
    this.appended = 0;
    this.durable = 0;
  }

  private end(process: TradingProcess): void {
    const { auditor, clock, onOver } = this.options;
    this.appended = process.journal.lastSequence;
    this.durable = process.journal.durableSequence;
    process.crash();
    this.life = null;
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
  private onDeath(cause: unknown): void {
    const { process } = this;
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
    if (fault.code === 'CRASH') this.disk.losePower();
    else this.disk.killProgram();
    this.beginLater();
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.onDeath(cause);
    }
  }

  /** What the disk holds cannot be gone on with: a reason to begin anew, or one to wait. */
  private onRefused(cause: unknown): void {
    const fault = diskFaultOf(cause);
    if (fault !== null) {
      this.afterDeath(fault);
      return;
    }
    if (!(cause instanceof JournalError) || !this.disk.isDamageExpected) {
      this.options.onBug(cause);
      return;
    }
    const { segment: file, offset } = cause instanceof JournalDamagedError ? cause : NOWHERE;
    this.judgeDamage({ file, offset });
    this.setAside();
    this.beginLater();
  }

  /** Somebody has read the journal since a bit of it was changed. `refusedAt`: where the damage is said to be. */
  private judgeDamage(refusedAt: DamageFacts['refusedAt']): void {
    const flipped = this.disk.takeFlipped();
    if (flipped === null) return;
    const { file, offset, isLast } = flipped;
    const facts = { file, recordOffset: offset, isLastRecord: isLast, refusedAt };
    this.options.auditor.onDamageJudged(facts);
  }

  private syncLater(process: TradingProcess): void {
    const { clock } = this;
    const task = {
      run: (): void => {
        if (process !== this.process) return;
        this.guarded(() => process.makeDurable());
        clock.schedule((clock.nowMicros + SYNC_MICROS) as EpochMicros, task);
      },
    };
    clock.schedule((clock.nowMicros + SYNC_MICROS) as EpochMicros, task);
  }
}
