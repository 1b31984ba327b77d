import { type PgBouncer, startPgBouncer } from '../../tests/support/postgres/pgbouncer.ts';
import { hasProgram } from '../../tests/support/programs.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../../tests/support/trial/replicated-postgres.ts';

/** What a full soak runs on: a primary with a synchronous standby, and PgBouncer by transactions where it is installed. */
export async function fullSystem(
  log: (line: string) => void,
): Promise<{ replicated: ReplicatedPostgres; pooler: PgBouncer | undefined }> {
  const replicated = await startReplicatedPostgres();
  if (!hasProgram('pgbouncer')) {
    log('pgbouncer is not installed: without a pooler');
    return { replicated, pooler: undefined };
  }
  try {
    return { replicated, pooler: await startPgBouncer(replicated.url, 'transaction', 12) };
  } catch (error) {
    await replicated.end();
    throw error;
  }
}
