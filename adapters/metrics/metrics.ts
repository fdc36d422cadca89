/**
 * The Prometheus page of one session. Everything is read when somebody scrapes: between scrapes the
 * engine pays nothing.
 */
import { Counter, Gauge, Registry } from '@prometheus-io/client';
import { METRIC_ROWS, type MetricRow, type MetricsSource } from './metric-table.ts';

export type { MetricsSource } from './metric-table.ts';

/** Exposes one session. Each instance has a registry of its own, so two sessions in one process do not mix. */
export class PrometheusMetrics {
  private readonly registry = new Registry();

  /** The symbol becomes a label of every metric. */
  constructor(source: MetricsSource) {
    this.registry.setDefaultLabels({ symbol: source.symbol });
    for (const row of METRIC_ROWS) register(row, source, this.registry);
  }

  /** For the response header. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** The text of now. Rejects when a source throws: a wrong page is worse than none. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

function register(row: MetricRow, source: MetricsSource, registry: Registry): void {
  const { name, help, labels } = row;
  const registers = [registry];
  if (row.kind === 'counter') {
    const counter: Counter<string> = new Counter<string>({
      name,
      help,
      labelNames: labels,
      registers,
      collect() {
        counter.reset();
        row.read(source, (value, label) => counter.inc(labelsOf(row, label), value));
      },
    });
    return;
  }
  const gauge: Gauge<string> = new Gauge<string>({
    name,
    help,
    labelNames: labels,
    registers,
    collect() {
      gauge.reset();
      row.read(source, (value, label, quantile) => {
        gauge.set(labelsOf(row, label, quantile), value);
      });
    },
  });
}

function labelsOf(row: MetricRow, label: string, quantile?: string): Record<string, string> {
  const [name] = row.labels;
  if (name === undefined) return {};
  return quantile === undefined ? { [name]: label } : { [name]: label, quantile };
}
