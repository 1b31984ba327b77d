/**
 * Starts something and stops it on SIGINT or SIGTERM, exit code 0. What goes wrong at the start is said in one line, exit
 * code 1.
 */
export async function untilSignal<Running extends { stop(): Promise<void> }>(
  start: () => Promise<Running>,
): Promise<Running> {
  let isAsked = false;
  let running: Running | undefined;
  const onSignal = async () => {
    const isFirst = !isAsked;
    isAsked = true;
    // While starting it is only remembered: what is half started cannot be stopped cleanly.
    if (isFirst && running !== undefined) await end(running);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    running = await start();
  } catch (error) {
    console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
  if (isAsked) await end(running);
  return running;
}

async function end(running: { stop(): Promise<void> }): Promise<never> {
  await running.stop();
  process.exit(0);
}
