import { formatBytes } from '../../judging/reason.js';
import type { CliContext } from '../context.js';
import { findEngine, lookForEngine } from '../engine/find-engine.js';
import { ENGINE_PATHS, engineHost, engineState, stopEngine } from '../engine/private-engine.js';
import { readDisk } from '../doctor/read-host-facts.js';

/** Makes sure that an engine answers, installing and starting one of our own where none does. */
export async function startOwnEngine({
  config,
  environment,
  progress,
}: CliContext): Promise<number> {
  const configured = config.sandbox.engine;
  const { host, startedHere } = await findEngine({ environment, configured, progress });
  progress.end();
  progress.print(startedHere ? `started: ${host}` : `an engine answers already: ${host}`);
  return 0;
}

/** Stops the engine that Minos started. No other engine is ever stopped. */
export async function stopOwnEngine({ progress }: CliContext): Promise<number> {
  const stopped = await stopEngine(ENGINE_PATHS, progress);
  progress.end();
  progress.print(stopped ? 'stopped' : 'there is no engine of our own to stop');
  return 0;
}

export async function engineStatus({ config, environment, progress }: CliContext): Promise<number> {
  const configured = config.sandbox.engine;
  const host = await lookForEngine({ environment, configured, progress });
  const state = await engineState(ENGINE_PATHS);
  const disk = await readDisk(ENGINE_PATHS.dataRoot);
  progress.print(host === undefined ? 'no engine answers' : `used: ${host}`);
  progress.print(
    state.kind === 'absent'
      ? 'our own engine: not running'
      : `our own engine: ${state.kind}, process ${state.pid}, ${engineHost(ENGINE_PATHS)}`,
  );
  if (disk !== undefined) progress.print(`data: ${disk.path}, ${formatBytes(disk.freeBytes)} free`);
  return 0;
}
