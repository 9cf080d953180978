import type Docker from 'dockerode';
import { Readable } from 'node:stream';
import { JudgeError } from '../../errors.js';
import { jsonLines } from './json-lines.js';
import { packContext } from './image-context.js';
import { deadline, IMAGE_LABEL, messageOf } from './image-inventory.js';
import type { ImageProgress } from './image-progress.js';
import type { Recipe } from './image-recipes.js';

export interface BuildRequest {
  readonly recipe: Recipe;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly network: string;
  readonly deadlineMs: number;
  readonly onProgress: ImageProgress;
  readonly signal?: AbortSignal;
}

/** One message of the engine while it builds. */
interface BuildMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
}

/** Lines of the end of a failed build that are shown. */
const LAST_LINES = 25;
const STEP = /^Step (\d+)\/(\d+) : (.*)/;

/** Builds one image and tags it. The connection is the build: closing it stops the engine's work. */
export async function runBuild(engine: Docker, request: BuildRequest): Promise<void> {
  const { recipe, signal } = request;
  const abortSignal = deadline(request.deadlineMs, signal);
  const lastLines: string[] = [];
  try {
    const context = await packContext(recipe.files);
    const messages = await engine.buildImage(Readable.from([context]), {
      ...buildOptions(request),
      abortSignal,
    });
    const error = await follow(messages, request, lastLines);
    if (error !== undefined) throw new Error(error);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw buildFailure(recipe, error, lastLines, !abortSignal.aborted && isCut(error));
  }
}

function buildOptions(request: BuildRequest): Docker.ImageBuildOptions {
  const { name, tag, hash } = request.recipe;
  return {
    t: tag,
    buildargs: { ...request.buildArguments },
    labels: { [IMAGE_LABEL]: name, 'minos.hash': hash },
    networkmode: request.network,
    rm: true,
    forcerm: true,
  };
}

/** Reports progress and keeps the last lines. @returns the error that the engine reports, if any. */
async function follow(
  messages: NodeJS.ReadableStream,
  request: BuildRequest,
  lastLines: string[],
): Promise<string | undefined> {
  let step = 0;
  let steps = 0;
  for await (const message of jsonLines<BuildMessage>(messages)) {
    if (message.error !== undefined) return message.error;
    for (const line of linesOf(message.stream ?? message.status ?? '')) {
      const match = STEP.exec(line);
      if (match !== null) [step, steps] = [Number(match[1]), Number(match[2])];
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      request.onProgress({ image: request.recipe.name, step, steps, line: match?.[3] ?? line });
    }
  }
  return undefined;
}

/** A connection that breaks has a code of the system's; what the engine says is a text. */
function isCut(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === 'string';
}

function buildFailure(
  recipe: Recipe,
  error: unknown,
  lastLines: readonly string[],
  isEngineGone: boolean,
): JudgeError {
  return new JudgeError(
    isEngineGone ? 'engine-unavailable' : 'image-build-failed',
    `Docker could not build the image ${recipe.tag}: ${messageOf(error)}`,
    { cause: error, details: lastLines },
  );
}

/** Without the colours and the carriage returns of progress bars. */
function linesOf(text: string): readonly string[] {
  return text
    .replaceAll(/\u001b\[[0-9;]*m/g, '')
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}
