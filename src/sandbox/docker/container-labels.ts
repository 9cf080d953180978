/** Labels that tell the reaper what it may touch. */
export const LABELS = {
  /** Engine instance: containers of other instances are never touched. */
  engine: 'minos.engine',
  /** The process that uses it: `owner.ts`. */
  owner: 'minos.owner',
  /** One opened sandbox of that process. */
  run: 'minos.run',
  /** Unix time in ms by which it is gone, whatever happens to its owner. */
  deadline: 'minos.deadline',
} as const;

export interface ContainerIdentity {
  readonly engineId: string;
  readonly owner: string;
  readonly run: string;
}

export function labelsOf(identity: ContainerIdentity, deadlineMs: number): Record<string, string> {
  return {
    [LABELS.engine]: identity.engineId,
    [LABELS.owner]: identity.owner,
    [LABELS.run]: identity.run,
    [LABELS.deadline]: String(Math.ceil(deadlineMs)),
  };
}
