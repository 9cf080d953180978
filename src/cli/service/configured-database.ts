import { JudgeError } from '../../errors.js';
import type { CliContext } from '../context.js';

/**
 * The database server that the operator names, in the form of DATABASE_URL, which wins over
 * `database.url`. undefined: Minos runs its own.
 * @throws JudgeError `bad-usage`, without the address: it may hold a password.
 */
export function configuredDatabase({
  config,
  environment,
}: Pick<CliContext, 'config' | 'environment'>): string | undefined {
  const fromEnvironment = environment['DATABASE_URL'];
  if (fromEnvironment === undefined || fromEnvironment === '') return config.database.url;
  if (!/^postgres(ql)?:\/\/./.test(fromEnvironment) || !URL.canParse(fromEnvironment)) {
    throw new JudgeError(
      'bad-usage',
      'DATABASE_URL must be of the form postgresql://USER:PASSWORD@HOST:PORT/NAME',
    );
  }
  return fromEnvironment;
}
