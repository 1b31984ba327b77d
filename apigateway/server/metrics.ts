import { type SecurityEventKind, securityEventKinds } from '../security-events.ts';

/** What the metrics are read from. */
export interface MetricsSource {
  /** Each has counts of its own: the gateway's, and those of the functions in its process. */
  securityEvents: readonly ReadonlyMap<SecurityEventKind, number>[];
  connections: number;
}

/**
 * The metrics of a process in the text format of Prometheus, version 0.0.4. Names and labels are known beforehand: no
 * client adds a series.
 */
export function metricsText({ securityEvents, connections }: MetricsSource): string {
  const sumOf = (kind: SecurityEventKind) => securityEvents.reduce((sum, counts) => sum + (counts.get(kind) ?? 0), 0);
  const { user, system } = process.cpuUsage();
  const metrics: [name: string, type: string, help: string, samples: [labels: string, value: number][]][] = [
    [
      'gateway_security_events_total',
      'counter',
      'What may have been an attack, by kind.',
      securityEventKinds.map(kind => [`{kind="${kind}"}`, sumOf(kind)]),
    ],
    ['gateway_connections', 'gauge', 'WebSocket connections that are open.', [['', connections]]],
    ['process_cpu_seconds_total', 'counter', 'Processor time.', [['', (user + system) / 1e6]]],
    ['process_resident_memory_bytes', 'gauge', 'Resident memory.', [['', process.memoryUsage.rss()]]],
    ['process_start_time_seconds', 'gauge', 'When the process was started.', [['', startedAt()]]],
  ];
  return metrics
    .map(([name, type, help, samples]) => {
      const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function startedAt(): number {
  return Math.round(Date.now() / 1000 - process.uptime());
}
