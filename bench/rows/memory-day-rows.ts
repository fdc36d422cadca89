/** `memory.day`: the growth of memory over as many events as a day of the recorded markets brings. */
import type { MeasuredRow } from '#bench/row.ts';
import type { Workload } from '#bench/workload.ts';
import { measureGrowth } from './memory-rows.ts';

export function rows(workload: Workload): MeasuredRow[] {
  return [measureGrowth(workload, 'memory.day')];
}
