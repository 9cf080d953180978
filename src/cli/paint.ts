import { styleText } from 'node:util';

export type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';

/** Colours a text, or leaves it. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours are for people at a terminal who did not ask for none (https://no-color.org). */
export function choosePaint(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  if (stream.isTTY !== true || refused) return (_colour, text) => text;
  return (colour, text) => styleText(colour, text, { validateStream: false });
}
