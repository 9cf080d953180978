/** The supervisor said something that it never says. The driver makes a SandboxFailure of it. */
export class SupervisorProtocolError extends Error {
  override readonly name = 'SupervisorProtocolError';
}
