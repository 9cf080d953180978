import { JudgeError } from '../../errors.js';
import { connectDocker } from '../../sandbox/docker/docker-client.js';
import { preflight } from '../../sandbox/native/preflight.js';
import type { CliContext } from '../context.js';
import { examine } from '../doctor/examine.js';
import { preventsJudging } from '../doctor/finding.js';
import type { DriverFacts, EngineAbsence, EngineFacts, HostFacts } from '../doctor/host-facts.js';
import { readDisk, readHostFacts } from '../doctor/read-host-facts.js';
import { renderFindings } from '../doctor/render-findings.js';
import { lookForEngine } from '../engine/find-engine.js';
import { imageBuilder, slotsOf } from '../judging-engine.js';

/** @returns the exit code: 1 when something prevents judging. Nothing is installed or started. */
export async function doctor(
  { json }: { readonly json: boolean },
  context: CliContext,
): Promise<number> {
  const { progress, paint } = context;
  const facts = await gatherFacts(context);
  const findings = examine(facts);
  progress.end();
  progress.print(json ? JSON.stringify({ facts, findings }) : renderFindings(findings, paint));
  return preventsJudging(findings) ? 1 : 0;
}

async function gatherFacts(context: CliContext): Promise<HostFacts> {
  const { dataDirectory } = context.config;
  return readHostFacts('/', {
    slots: (await slotsOf(context)).length,
    dataDirectory: (await readDisk(dataDirectory)) ?? { path: dataDirectory, freeBytes: 0 },
    engine: await engineFacts(context),
    driver: driverFacts(context),
  });
}

function driverFacts({ config }: CliContext): DriverFacts {
  const found = preflight();
  return {
    configured: config.sandbox.driver,
    ...(found.kind === 'ready' ? {} : { nativeProblem: found.why }),
  };
}

async function engineFacts(context: CliContext): Promise<EngineFacts | EngineAbsence> {
  const { environment, config, progress } = context;
  try {
    const host = await lookForEngine({ environment, configured: config.sandbox.engine, progress });
    if (host === undefined) return { kind: 'absent', problem: 'none answers' };
    return await askEngine(host, context);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof JudgeError) return { kind: 'absent', problem: message };
    return { kind: 'absent', problem: `it does not answer a question: ${message}` };
  }
}

async function askEngine(host: string, context: CliContext): Promise<EngineFacts> {
  const client = await connectDocker({ host });
  const [version, info, images] = await Promise.all([
    client.version(),
    client.info(),
    imageBuilder(client, context).list(context.signal),
  ]);
  return {
    kind: 'present',
    host,
    version: version.version,
    ...(version.runcVersion === undefined ? {} : { runcVersion: version.runcVersion }),
    storageDriver: info.Driver,
    // The disk of another machine cannot be looked at from here.
    rootDirectory: host.startsWith('unix:') ? await readDisk(info.DockerRootDir) : undefined,
    limitsSwap: info.SwapLimit,
    limitsProcesses: info.PidsLimit,
    securityOptions: info.SecurityOptions,
    images: images.map(({ toolchain, present }) => ({ toolchain, present })),
  };
}
