import { SystemClock } from '#adapters/clock/clock.ts';
import { ByteWriter } from '#adapters/journal/codec/codec.ts';
import { FRAME_SIZE_MAX, type FrameSink } from '#adapters/journal/frame.ts';
import { SessionJournal, type SessionRecording } from '#adapters/journal/journal.ts';
import { CommandRouter } from '#compose/command-router.ts';
import { Engine } from '#compose/engine.ts';
import { EngineHost } from '#compose/engine-host.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { setupOf } from './recorded-events.ts';

/** Room for one frame, written over by the next: the journal's work without a disk behind it. */
class DiscardingSink implements FrameSink {
  readonly writer = new ByteWriter(new ArrayBuffer(FRAME_SIZE_MAX));
  readonly durableSequence = 0;

  claim(): void {
    this.writer.position = 0;
  }

  // The disk belongs to another thread in a paced session; here nobody takes the frame.
  commit(): void {}
  flush(): void {}
  close(): void {}
}

/** A journal that encodes and hashes everything and keeps nothing. */
export function discardingJournal(
  recording: Pick<SessionRecording, 'epoch' | 'header'>,
): SessionJournal {
  const { epoch, header } = recording;
  return new SessionJournal({
    sink: new DiscardingSink(),
    epoch,
    clock: new SystemClock(),
    header,
  });
}

/** An engine as a session assembles it, host and journal included, with nobody behind its commands. */
export function recordedHost(
  recording: SessionRecording,
  probe: StageProbe,
): { readonly host: EngineHost; readonly engine: Engine; readonly router: CommandRouter } {
  const journal = discardingJournal(recording);
  const router = new CommandRouter();
  router.addRecorder(journal);
  const { engine: configuration } = setupOf(recording);
  const engine = new Engine({ configuration, output: router, probe, model: null });
  return { host: new EngineHost({ engine, journal, probe }), engine, router };
}
