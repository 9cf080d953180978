import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPlot, type LinePlot } from './line-plot.js';

/** Where docs/speed.md shows it. */
export async function writePlot(name: string, plot: LinePlot): Promise<void> {
  const directory = join('docs', 'speed');
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${name}.svg`);
  await writeFile(file, renderPlot(plot));
  console.log(`drawn: ${file}`);
}
