/** What a line is about. Never source code, test data or a secret. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Where a process says what happened: one event for each change of state, told in fields
 * (`submissionId`, `judgementId`, `workerId`, `verdict`, `cpuTimeMs`), not in prose. An error goes
 * into the field `error`.
 */
export interface EventLog {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
  /** The same log, with fields that every line gets. */
  with(fields: Fields): EventLog;
}
