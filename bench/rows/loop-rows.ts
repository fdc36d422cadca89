/**
 * Tick in, plan out: every market event of a recorded session through host, journal encoding and the
 * assembled engine, timed one by one; then the same with every stage stamped.
 */
import { NoProbe } from '#adapters/probe/probe.ts';
import { recordedHost } from '#bench/recorded-engine.ts';
import { isMarketKind, openRecording } from '#bench/recorded-events.ts';
import { type MeasuredRow, sorted, valueAt } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { type Command, CommandKind, type CommandSink } from '#contracts/commands.ts';
import { STAGE_NAMES, Stage, type StageProbe } from '#contracts/edge-ports.ts';

const WARM_UP_PASSES = 10;
const PASSES = 5;
const MICROS_PER_MILLI = 1_000;
const CLOCK_READS = 200_000;
/** Stages that are rows of their own: those of the loop. */
const STAGES = [
  Stage.JOURNAL,
  Stage.BOOK,
  Stage.HEDGE,
  Stage.PRICING,
  Stage.PLAN,
  Stage.RISK,
  Stage.SUBMIT,
  Stage.ACCOUNT,
] as const;

/** Samples in microseconds, as many as come, pass by pass. */
class SampleColumn {
  /** Median of each pass that was closed. */
  readonly passMedians: number[] = [];
  private values = new Float64Array(1 << 16);
  private count = 0;
  private passStart = 0;

  push(value: number): void {
    if (this.count === this.values.length) {
      const grown = new Float64Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.count] = value;
    this.count += 1;
  }

  closePass(): void {
    const pass = this.values.subarray(this.passStart, this.count);
    if (pass.length > 0) this.passMedians.push(valueAt(sorted(pass), 0.5));
    this.passStart = this.count;
  }

  clear(): void {
    this.count = 0;
    this.passStart = 0;
    this.passMedians.length = 0;
  }

  get samples(): Float64Array {
    return this.values.subarray(0, this.count);
  }
}

/** Stamps every stage of every event. */
class StageSamples implements StageProbe {
  readonly columns = STAGE_NAMES.map(() => new SampleColumn());
  private lastMillis = 0;

  begin(): void {
    this.lastMillis = performance.now();
  }

  mark(stage: Stage): void {
    const now = performance.now();
    this.columns[stage]?.push((now - this.lastMillis) * MICROS_PER_MILLI);
    this.lastMillis = performance.now();
  }

  // The whole event is timed without stamps inside, by the other pass.
  end(): void {}

  closePass(): void {
    for (const column of this.columns) column.closePass();
  }

  clear(): void {
    for (const column of this.columns) column.clear();
  }
}

export function rows(workload: Workload): MeasuredRow[] {
  const whole = new SampleColumn();
  let priced = 0;
  let events = 0;
  const { warmUpRounds, rounds } = roundsOf(workload, WARM_UP_PASSES, PASSES);
  for (let pass = -warmUpRounds; pass < rounds; pass++) {
    if (pass === 0) whole.clear();
    const counted = timeEvents(workload.sessionDirectory, whole);
    whole.closePass();
    priced = counted.priced;
    events = counted.events;
  }
  const share = ((100 * priced) / events).toFixed(0);
  return [
    {
      name: 'loop.tick_to_plan',
      unit: 'µs',
      samples: whole.samples,
      repetitions: whole.passMedians,
      note: `${workload.origin}; events back to back, ${share} % of all events priced; journal encoded and hashed, not written`,
    },
    ...stageRows(workload),
  ];
}

/** One pass over the session, each market event timed into `into`. */
function timeEvents(
  directory: string,
  into: SampleColumn,
): { readonly priced: number; readonly events: number } {
  const recording = openRecording(directory);
  const { host, engine } = recordedHost(recording, new NoProbe());
  recording.forEachEvent((event) => {
    const isMarket = isMarketKind(event.kind);
    const startedAt = performance.now();
    host.publish(event);
    const elapsed = performance.now() - startedAt;
    if (isMarket) into.push(elapsed * MICROS_PER_MILLI);
  });
  return { priced: engine.pricing.pricedCount, events: recording.eventCount };
}

function stageRows(workload: Workload): MeasuredRow[] {
  const probe = new StageSamples();
  const orders = new OrderCount();
  const { warmUpRounds, rounds } = roundsOf(workload, WARM_UP_PASSES, PASSES);
  for (let pass = -warmUpRounds; pass < rounds; pass++) {
    if (pass === 0) {
      probe.clear();
      orders.count = 0;
    }
    const recording = openRecording(workload.sessionDirectory);
    const { host, router } = recordedHost(recording, probe);
    router.addRecorder(orders);
    recording.forEachEvent((event) => host.publish(event));
    probe.closePass();
  }
  const plans = probe.columns[Stage.SUBMIT]?.samples.length ?? 0;
  const perPlan = `${(orders.count / Math.max(1, plans)).toFixed(1)} order commands a plan; ${plans} plans in ${rounds} passes, so caches are cold`;
  const clock = `one clock read (${clockReadMicros().toFixed(3)} µs) is in it`;
  return STAGES.map((stage) => ({
    name: `loop.stage.${STAGE_NAMES[stage]}`,
    unit: 'µs',
    samples: probe.columns[stage]?.samples ?? [],
    repetitions: probe.columns[stage]?.passMedians ?? [],
    note:
      stage === Stage.RISK || stage === Stage.SUBMIT
        ? `${perPlan}; ${clock}`
        : `all events that reach the stage; ${clock}`,
  }));
}

/** Orders placed, amended, replaced and cancelled. */
class OrderCount implements CommandSink {
  count = 0;

  emit(command: Readonly<Command>): void {
    if (command.kind <= CommandKind.REPLACE_ORDER) this.count += 1;
  }
}

/** Mean cost of one look at the clock in microseconds. */
function clockReadMicros(): number {
  const startedAt = performance.now();
  let last = startedAt;
  for (let read = 0; read < CLOCK_READS; read++) last = performance.now();
  return ((last - startedAt) * MICROS_PER_MILLI) / CLOCK_READS;
}
