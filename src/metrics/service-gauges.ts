import type { Kysely } from 'kysely';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Database, WorkerState } from '../database/schema.js';
import { LANES } from '../queue/lane.js';
import type { LaneDepth, Queue } from '../queue/queue.js';
import { readServiceState, type Counted, type ServiceState } from './service-state.js';

/** Scrapers that come together, or often, share one look. */
const KEPT_MS = 2000;
const WORKER_STATES: readonly (WorkerState | 'lost')[] = [
  'active',
  'paused',
  'draining',
  'disabled',
  'stopped',
  'lost',
];

/**
 * What the service is like now, looked up in the database when somebody asks.
 */
export class ServiceGauges {
  readonly #db: Kysely<Database>;
  readonly #queue: Pick<Queue, 'depths'>;
  readonly #gauges: Gauges;
  #looked: { readonly atMs: number; readonly look: Promise<void> } | undefined;

  constructor(db: Kysely<Database>, queue: Pick<Queue, 'depths'>, registry: Registry) {
    this.#db = db;
    this.#queue = queue;
    this.#gauges = createGauges(registry);
  }

  refresh(): Promise<void> {
    const nowMs = performance.now();
    if (this.#looked === undefined || nowMs - this.#looked.atMs > KEPT_MS) {
      this.#looked = { atMs: nowMs, look: this.#look() };
    }
    return this.#looked.look;
  }

  async #look(): Promise<void> {
    const [state, depths] = await Promise.all([readServiceState(this.#db), this.#queue.depths()]);
    showState(this.#gauges, state);
    showDepths(this.#gauges, depths);
  }
}

type Gauges = ReturnType<typeof createGauges>;

function createGauges(registry: Registry) {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  return {
    waiting: gauge('minos_queue_waiting', 'Jobs that wait for a worker.', 'lane'),
    active: gauge('minos_queue_active', 'Jobs that workers have.', 'lane'),
    parked: gauge('minos_queue_parked', 'Jobs that wait for a disabled part.', 'lane'),
    oldest: gauge(
      'minos_queue_oldest_waiting_seconds',
      'Age of the job that has waited for the longest time.',
      'lane',
    ),
    workers: gauge(
      'minos_workers',
      'Workers of the last day; lost: silent for 20 seconds.',
      'state',
    ),
    alerts: gauge('minos_alerts_open', 'Alerts that nobody has resolved.', 'kind'),
    disabledParts: gauge('minos_disabled_parts', 'Languages and problems switched off.', 'kind'),
    webhooks: gauge('minos_webhooks', 'Webhooks: well, failing or disabled.', 'state'),
    deliveries: gauge(
      'minos_webhook_deliveries_pending',
      'Deliveries that wait or are tried again.',
    ),
    outboxLag: gauge(
      'minos_outbox_lag_seconds',
      'How long the oldest delivery to a target that works has been due.',
    ),
    staleResults: new Counter({
      name: 'minos_stale_results_total',
      help: 'Results that came after their lease was lost, and changed nothing.',
      registers: [registry],
    }),
  };
}

function showState(gauges: Gauges, state: ServiceState): void {
  show(gauges.workers, 'state', state.workers, WORKER_STATES);
  show(gauges.alerts, 'kind', state.alerts, []);
  show(gauges.disabledParts, 'kind', state.disabledParts, ['language', 'problem']);
  show(gauges.webhooks, 'state', state.webhooks, ['well', 'failing', 'disabled']);
  gauges.deliveries.set(state.deliveries[0]?.count ?? 0);
  gauges.outboxLag.set(state.outboxLagS);
  gauges.staleResults.reset();
  gauges.staleResults.inc(state.staleResults);
}

/** Labels that are known are there with 0, so that alerts on them work. */
function show(
  gauge: Gauge,
  label: string,
  counts: readonly Counted[],
  known: readonly string[],
): void {
  gauge.reset();
  for (const value of known) gauge.set({ [label]: value }, 0);
  for (const { label: value, count } of counts) gauge.set({ [label]: value }, count);
}

function showDepths(gauges: Gauges, depths: readonly LaneDepth[]): void {
  for (const lane of LANES) {
    const depth = depths.find((one) => one.lane === lane);
    gauges.waiting.set({ lane }, depth?.waiting ?? 0);
    gauges.active.set({ lane }, depth?.active ?? 0);
    gauges.parked.set({ lane }, depth?.parked ?? 0);
    gauges.oldest.set({ lane }, (depth?.oldestWaitingMs ?? 0) / 1000);
  }
}
