import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { JudgeError } from '../../errors.js';
import { BaseImage } from '../../sandbox/docker/base-image.js';
import { connectDocker } from '../../sandbox/docker/docker-client.js';
import { ROOT, type CliContext } from '../context.js';
import { findEngine, type FoundEngine } from '../engine/find-engine.js';
import { ENGINE_PATHS, stopEngine } from '../engine/private-engine.js';
import { ensureImage, imageBuilder } from '../judging-engine.js';
import { runSuite } from '../suites/run-suite.js';
import { SUITES, type Suite } from '../suites/suite.js';
import type { SuiteReport } from '../suites/suite-report.js';

export const SUITE_NAMES: readonly string[] = SUITES.map(({ name }) => name);

/**
 * Runs the suites, and what they need. The last line is `N passed, N failed`.
 * @returns the exit code: 1 when anything failed.
 */
export async function testCheckout(names: readonly string[], context: CliContext): Promise<number> {
  if (!existsSync(resolve(ROOT, 'node_modules/vitest'))) {
    throw new JudgeError('bad-usage', 'this is an installation without the tools for its tests');
  }
  const suites = chooseSuites(names);
  const reports: SuiteReport[] = [];
  const early = suites.filter((suite) => !suite.needsEngine);
  const late = suites.filter((suite) => suite.needsEngine);
  for (const suite of early) reports.push(await runSuite(suite, context.environment, context));
  if (late.length > 0) reports.push(...(await runWithEngine(late, context)));
  context.progress.end();
  const passed = reports.reduce((sum, report) => sum + report.passed, 0);
  const failed = reports.reduce((sum, report) => sum + report.failed, 0);
  context.progress.print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function chooseSuites(names: readonly string[]): readonly Suite[] {
  const unknown = names.find((name) => !SUITE_NAMES.includes(name));
  if (unknown !== undefined) {
    throw new JudgeError('bad-usage', `no suite ${unknown}: there are ${SUITE_NAMES.join(', ')}`);
  }
  return names.length === 0 ? SUITES : SUITES.filter(({ name }) => names.includes(name));
}

/** Without an engine or an image each suite that needs them has failed, and the others still count. */
async function runWithEngine(
  suites: readonly Suite[],
  context: CliContext,
): Promise<readonly SuiteReport[]> {
  const { config, environment, progress, signal } = context;
  let engine: FoundEngine | undefined;
  const reports: SuiteReport[] = [];
  try {
    engine = await findEngine({ environment, configured: config.sandbox.engine, progress });
    const base = await buildImages(engine, context);
    const needs = { DOCKER_HOST: engine.host, MINOS_TEST_BASE: base };
    for (const suite of suites) {
      reports.push(await runSuite(suite, { ...environment, ...needs }, context));
    }
    return reports;
  } catch (error) {
    if (signal.aborted || !(error instanceof JudgeError)) throw error;
    for (const line of [error.message, ...error.details]) progress.print(line);
    const missing = suites.slice(reports.length);
    return [...reports, ...missing.map(() => ({ passed: 0, failed: 1 }))];
  } finally {
    if (engine?.startedHere === true) await stopUnlessUsed(engine, context);
  }
}

/** All the toolchains, and the base that the supervisor's tests build their own image on. */
async function buildImages({ host }: FoundEngine, context: CliContext): Promise<string> {
  const { config, progress, signal } = context;
  const client = await connectDocker({ host });
  progress.step('looking for the base image');
  const base = await new BaseImage(client.engine, config.images).ensure(
    ({ line }) => progress.detail(line),
    signal,
  );
  const builder = imageBuilder(client, context);
  for (const toolchain of await builder.toolchains()) {
    await ensureImage(builder, toolchain, progress, signal);
  }
  return base;
}

/** Somebody else may have begun to judge on the engine that this test run started. */
async function stopUnlessUsed({ host }: FoundEngine, { progress }: CliContext): Promise<void> {
  const containers = await connectDocker({ host })
    .then((client) => client.listByLabel([]))
    .catch(() => []);
  if (containers.some(({ state }) => state === 'running')) {
    progress.note('the Docker Engine started here is in use by others, and goes on');
    return;
  }
  await stopEngine(ENGINE_PATHS, progress);
}
