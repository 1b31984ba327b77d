/** The columns of the board, in their order. */
export const columnStatuses = ['placed', 'accepted', 'ready'] as const;

export type ColumnStatus = (typeof columnStatuses)[number];

/** How many of something each column has. */
export type PerColumn = Readonly<Record<ColumnStatus, number>>;

/** Up to this many tickets below each other the columns keep their usual widths. */
const CALM_ROWS = 3;

/** Returns how many tickets fit side by side; all lengths in px. */
export function countLanes(width: number, narrowest: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (narrowest + gap)));
}

/** Whether only one column is shown at a time, over all lanes. */
export function areColumnsTabs(lanes: number): boolean {
  return lanes < columnStatuses.length;
}

/**
 * Divides the lanes among the columns: equally as a rule, and in a rush by the number of tickets. An empty column then
 * gets none, except that new orders always have one, so that the first of them moves nothing. `before`: the present
 * division, which stays until another is clearly better, because every change moves tickets.
 */
export function shareLanes(counts: PerColumn, lanes: number, before: PerColumn): PerColumn {
  const usual = usualShares(lanes);
  if (areColumnsTabs(lanes)) return usual;
  const [rows, usualRows] = [rowsOf(counts, before), rowsOf(counts, usual)];
  const isUsual = columnStatuses.every(status => before[status] === usual[status]);
  const mustChange = rows === Number.POSITIVE_INFINITY || total(before) !== lanes;
  if (usualRows <= (isUsual || mustChange ? CALM_ROWS : 1)) return usual;
  const best = fairShares(counts, lanes);
  return mustChange || rowsOf(counts, best) < rows - 1 ? best : before;
}

/** Equal shares; what is left over goes to new orders first. */
function usualShares(lanes: number): PerColumn {
  if (areColumnsTabs(lanes)) return { placed: lanes, accepted: lanes, ready: lanes };
  const [placed, accepted, ready] = [2, 1, 0].map(more => Math.floor((lanes + more) / 3));
  return { placed: placed ?? 1, accepted: accepted ?? 1, ready: ready ?? 1 };
}

/** One lane for each column that needs any, and each further one to the column with the most tickets in a lane. */
function fairShares(counts: PerColumn, lanes: number): PerColumn {
  const shares = { placed: 1, accepted: Math.min(1, counts.accepted), ready: Math.min(1, counts.ready) };
  while (total(shares) < lanes) {
    const inLane = (status: ColumnStatus) => (shares[status] === 0 ? 0 : counts[status] / shares[status]);
    shares[columnStatuses.reduce((most, status) => (inLane(status) > inLane(most) ? status : most))] += 1;
  }
  return shares;
}

/** How many tickets stand below each other, at most. */
function rowsOf(counts: PerColumn, shares: PerColumn): number {
  return Math.max(
    ...columnStatuses.map(status => (counts[status] === 0 ? 0 : Math.ceil(counts[status] / shares[status]))),
  );
}

function total(shares: PerColumn): number {
  return columnStatuses.reduce((sum, status) => sum + shares[status], 0);
}
