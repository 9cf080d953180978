/** Somebody else has the job by now, or nobody: whatever this attempt finds changes nothing. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor() {
    super('the lease is lost');
  }
}

/** The job goes back to its place, and nothing is held against it. */
export class GivenBack extends Error {
  override readonly name = 'GivenBack';
}

/** The sandbox of this worker does not work: the job goes back, and the worker opens it anew. */
export class EngineFailed extends Error {
  override readonly name = 'EngineFailed';
}

/** The sandbox failed although it works: another attempt, on whichever worker, may do better. */
export class SandboxFaulty extends Error {
  override readonly name = 'SandboxFaulty';
}

/** What the job needs is switched off. */
export class PartDisabled extends Error {
  override readonly name = 'PartDisabled';
  readonly part: { readonly kind: 'language' | 'problem'; readonly part: string };

  constructor(part: PartDisabled['part']) {
    super(`the ${part.kind} ${part.part} is disabled`);
    this.part = part;
  }
}

/** This worker cannot do what the job needs, and another can: the job goes to others. */
export class FailsHere extends Error {
  override readonly name = 'FailsHere';
  readonly part: PartDisabled['part'];

  constructor(part: PartDisabled['part']) {
    super(`the ${part.kind} ${part.part} fails on this worker`);
    this.part = part;
  }
}
