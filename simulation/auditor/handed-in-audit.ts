/** 23, 24, 25, 28 and 38: what the harness hands in to be compared. */
import type { DamageFacts, RecoveryFacts } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';

/** Appended records remembered: more than a journal may hold back before it is durable. */
const RECORDS = 65_536;

export class HandedInAudit {
  private readonly findings: Findings;
  private readonly sequences = new Float64Array(RECORDS).fill(-1);
  private readonly hashes = new Float64Array(RECORDS);
  private lastAppended = 0;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  /** Hot: every record, two writes. */
  onAppended(sequence: number, rollingHash: number): void {
    const index = sequence % RECORDS;
    this.sequences[index] = sequence;
    this.hashes[index] = rollingHash;
    if (sequence !== this.lastAppended + 1 && sequence !== 1) {
      this.findings.violate(23, `record ${sequence} was appended after ${this.lastAppended}`);
    }
    this.lastAppended = sequence;
  }

  onRecovered(facts: Readonly<RecoveryFacts>): void {
    const { appendedSequence, durableSequence, recoveredSequence, recoveredHash } = facts;
    this.findings.count(23);
    // A bit flipped in the very last record looks like a torn write: that one record, and no more, may go.
    const least = facts.isDamaged ? durableSequence - 1 : durableSequence;
    if (recoveredSequence < least) {
      this.findings.violate(
        23,
        `recovered up to ${recoveredSequence}, but ${durableSequence} was durable`,
      );
    }
    if (recoveredSequence > appendedSequence) {
      this.findings.violate(
        23,
        `recovered up to ${recoveredSequence}, but only ${appendedSequence} was appended`,
      );
    }
    const index = recoveredSequence % RECORDS;
    if (this.sequences[index] === recoveredSequence && this.hashes[index] !== recoveredHash) {
      this.findings.violate(
        23,
        `what was recovered up to ${recoveredSequence} is not what was appended`,
      );
    }
    this.lastAppended = recoveredSequence;
  }

  onDamageJudged({ file, recordOffset, isLastRecord, refusedAt }: Readonly<DamageFacts>): void {
    this.findings.count(24);
    if (refusedAt === null) {
      if (isLastRecord) return;
      this.findings.violate(24, `the damage in ${file} at byte ${recordOffset} was not seen`);
      return;
    }
    if (refusedAt.file === file && refusedAt.offset === recordOffset) return;
    this.findings.violate(
      24,
      `${file} was damaged at byte ${recordOffset}, but ${refusedAt.file} at ${refusedAt.offset} was blamed`,
    );
  }

  onReplayed(sequence: number, liveHash: string, replayHash: string): void {
    this.findings.count(25);
    if (liveHash === replayHash) return;
    this.findings.violate(
      25,
      `at ${sequence} the run had state ${liveHash}, its replay ${replayHash}`,
    );
  }

  onClockTwin(commandsHash: string, twinCommandsHash: string): void {
    this.findings.count(28);
    if (commandsHash === twinCommandsHash) return;
    this.findings.violate(28, `commands ${commandsHash}, with a stepped clock ${twinCommandsHash}`);
  }

  onReconciledTwice(firstHash: string, secondHash: string): void {
    this.findings.count(38);
    if (firstHash === secondHash) return;
    this.findings.violate(38, `state ${firstHash}, after the second reconciliation ${secondHash}`);
  }
}
