import type pg from 'pg';

/** A node of a plan as `explain (format json)` writes it. */
export interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Plan[];
}

/** Whether a statement is planned anew each time, or once for all. */
export type PlanMode = 'force_custom_plan' | 'force_generic_plan';

/** The nodes of the plan that runs. `types` are those of the parameters, `values` are written as SQL. */
export async function nodesOf(
  pool: pg.Pool,
  mode: PlanMode,
  types: string,
  text: string,
  values: string,
): Promise<Plan[]> {
  const client = await pool.connect();
  try {
    await client.query(`set plan_cache_mode = ${mode}`);
    await client.query(`prepare asked (${types}) as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) execute asked (${values})`,
    );
    return rows[0] === undefined ? [] : flat(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    client.release(true);
  }
}

function flat(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flat)];
}
