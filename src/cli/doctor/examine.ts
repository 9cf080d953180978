import {
  checkDriver,
  checkEngine,
  checkImages,
  checkRunc,
  checkSeccomp,
  checkStorage,
  checkUserNamespaces,
} from './engine-checks.js';
import type { Finding } from './finding.js';
import {
  checkCgroup,
  checkCorePattern,
  checkDisk,
  checkGovernor,
  checkKernel,
  checkMemory,
  checkSlots,
  checkSwap,
} from './host-checks.js';
import type { HostFacts } from './host-facts.js';

/** All findings on a machine, in the order of a reader's interest. */
export function examine(facts: HostFacts): readonly Finding[] {
  return [
    checkDriver(facts),
    checkEngine(facts),
    ...engineFindings(facts),
    checkKernel(facts),
    checkCgroup(facts),
    checkSwap(facts),
    checkSlots(facts),
    checkMemory(facts),
    checkGovernor(facts),
    checkCorePattern(facts),
    checkDisk('disk', facts.dataDirectory),
  ];
}

function engineFindings(facts: HostFacts): readonly Finding[] {
  const { engine } = facts;
  if (engine.kind === 'absent') return [];
  return [
    checkRunc(engine),
    checkSeccomp(engine),
    checkUserNamespaces(engine, facts),
    checkStorage(engine),
    checkImages(engine),
    ...(engine.rootDirectory === undefined
      ? []
      : [checkDisk('disk of the engine', engine.rootDirectory)]),
  ];
}
