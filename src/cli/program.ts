import { Command, CommanderError } from 'commander';
import { JudgeError } from '../errors.js';
import { createContext, type CliContext, type GlobalOptions } from './context.js';
import { startOwnEngine, stopOwnEngine, engineStatus } from './commands/engine.js';
import { doctor } from './commands/doctor.js';
import { buildImages, listImages, pruneImages } from './commands/images.js';
import { judge, parseMode, type JudgeOptions } from './commands/judge.js';
import { listLanguages } from './commands/languages.js';
import { makeAdministratorSecret } from './commands/admin-secret.js';
import { makeBackup, restoreBackup, type RestoreCommandOptions } from './commands/backup.js';
import { parseRole, ROLES, start, type StartOptions } from './commands/start.js';
import { selftest, type SelftestOptions } from './commands/selftest.js';
import { testCheckout, SUITE_NAMES } from './commands/test.js';
import { verify } from './commands/verify.js';
import { parseCount, parsePort } from './parse-number.js';

const JSON_OPTION = ['--json', 'one JSON object a line on stdout'] as const;

interface Json {
  readonly json: boolean;
}

/**
 * Runs the command line.
 * @returns the exit code.
 * @throws JudgeError `bad-usage` and what the commands throw.
 */
export async function runProgram(
  argv: readonly string[],
  version: string,
  signal: AbortSignal,
): Promise<number> {
  let exitCode = 0;
  const program = new Command();
  /** Wraps a command: its context is made when it is called, its result is the exit code. */
  const withContext =
    <Arguments extends unknown[]>(
      command: (context: CliContext, ...args: Arguments) => number | Promise<number>,
    ) =>
    async (...args: Arguments) => {
      const context = await createContext(program.opts<GlobalOptions>(), signal);
      try {
        exitCode = await command(context, ...args);
      } finally {
        context.progress.end();
      }
    };
  addCommands(configure(program, version), withContext);
  addBackupCommands(program, withContext, version);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end here too, and are no errors.
    if (error.exitCode !== 0) throw usageError(error);
  }
  return exitCode;
}

function configure(program: Command, version: string): Command {
  return program
    .name('minos')
    .description('Judges submissions against problem packages, each case in a fresh container.')
    .version(version)
    .option('--config <file>', 'configuration to use instead of judge.config.yaml')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: () => undefined })
    .action(() => {
      throw new JudgeError('bad-usage', 'no command is given; ./minos --help lists them');
    });
}

type WithContext = <Arguments extends unknown[]>(
  command: (context: CliContext, ...args: Arguments) => number | Promise<number>,
) => (...args: Arguments) => Promise<void>;

function addCommands(program: Command, withContext: WithContext): void {
  program
    .command('judge')
    .description('judge a submission; exits with 0 whatever the verdict')
    .argument('<package>', 'directory of a problem package')
    .argument('<source...>', 'source files, or one directory of them')
    .option('--language <id>', 'language of the submission; default: by the names of its files')
    .option('--mode <mode>', 'lazy: stop at the first case not accepted; full; samples', 'lazy')
    .option(...JSON_OPTION, false)
    .action(
      withContext(
        (
          context,
          directory: string,
          sources: string[],
          options: Omit<JudgeOptions, 'mode'> & { readonly mode: string },
        ) => judge(directory, sources, { ...options, mode: parseMode(options.mode) }, context),
      ),
    );
  program
    .command('verify')
    .description('judge the example submissions of packages against what they have to do')
    .argument('<package...>', 'directories of problem packages')
    .option(...JSON_OPTION, false)
    .action(
      withContext((context, directories: string[], options: Json) =>
        verify(directories, options, context),
      ),
    );
  program
    .command('languages')
    .description('list the languages')
    .option(...JSON_OPTION, false)
    .action(withContext((context, options: Json) => listLanguages(options, context)));
  program
    .command('doctor')
    .description('check this machine, and say how to mend what is found')
    .option(...JSON_OPTION, false)
    .action(withContext((context, options: Json) => doctor(options, context)));
  program
    .command('selftest')
    .description('judge programs that try to break out of the sandbox, and say what held')
    .option('--all', 'everything: some minutes instead of one or two', false)
    .option('--soak <executions>', 'instead: so many executions in random order', parseCount)
    .option('--seed <number>', 'of the random order', parseCount, 1)
    .option(...JSON_OPTION, false)
    .action(withContext((context, options: SelftestOptions) => selftest(options, context)));
  program
    .command('test')
    .description('run the checks and tests of this checkout')
    .argument('[suite...]', `of ${SUITE_NAMES.join(', ')}; default: all`)
    .action(withContext((context, suites: string[]) => testCheckout(suites, context)));
  addServiceCommands(program, withContext);
  addImageCommands(program, withContext);
  addEngineCommands(program, withContext);
}

function addServiceCommands(program: Command, withContext: WithContext): void {
  program
    .command('start')
    .description('run the service: database, API and worker, until Ctrl-C')
    .option('--role <role>', `what to run of it: ${ROLES.join(', ')}`, parseRole, 'all')
    .option('--host <address>', 'address to listen on')
    .option('--port <number>', 'port to listen on', parsePort)
    .action(withContext((context, options: StartOptions) => start(options, context)));
  program
    .command('admin-secret')
    .description('make a new one-time secret with which an administrator signs in')
    .argument('[account]', 'default: the first administrator')
    .action(
      withContext((context, account: string | undefined) =>
        makeAdministratorSecret(account, context),
      ),
    );
}

function addBackupCommands(program: Command, withContext: WithContext, version: string): void {
  program
    .command('backup')
    .description('write database and stored files into an archive; the service may run')
    .argument('<file>', 'to make; a .tar.gz')
    .action(withContext((context, file: string) => makeBackup(file, version, context)));
  program
    .command('restore')
    .description('read an archive of "backup" into an empty database; nothing may run')
    .argument('<file>', 'an archive of "minos backup"')
    .option('--force', 'replace what the database has', false)
    .action(
      withContext((context, file: string, options: RestoreCommandOptions) =>
        restoreBackup(file, options, context),
      ),
    );
}

function addImageCommands(program: Command, withContext: WithContext): void {
  const images = program.command('images').description('the images of the toolchains');
  images
    .command('build')
    .description('build what is absent')
    .argument('[toolchain...]', 'default: all')
    .action(withContext((context, toolchains: string[]) => buildImages(toolchains, context)));
  images
    .command('list')
    .description('list them')
    .option(...JSON_OPTION, false)
    .action(withContext((context, options: Json) => listImages(options, context)));
  images
    .command('prune')
    .description('remove images of older versions')
    .action(withContext((context) => pruneImages(context)));
}

function addEngineCommands(program: Command, withContext: WithContext): void {
  const engine = program
    .command('engine')
    .description('the Docker Engine that Minos runs where there is no other');
  engine
    .command('start')
    .description('find an engine, else install and start one (root, Debian-like systems)')
    .action(withContext((context) => startOwnEngine(context)));
  engine
    .command('stop')
    .description('stop the engine that Minos started')
    .action(withContext((context) => stopOwnEngine(context)));
  engine
    .command('status')
    .description('say which engine is used')
    .action(withContext((context) => engineStatus(context)));
}

function usageError(error: CommanderError): JudgeError {
  const message =
    error.code === 'commander.help'
      ? 'a command is missing; --help lists them'
      : error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return new JudgeError('bad-usage', message, { cause: error });
}
