import './guard/stack-trace.js';
import { program } from './stacks/program.js';

/** The program of every stack. A team's own index.ts is `export { default } from 'crossfade'`. */
// The engine adapter names the run it acts for, so that a release left in a stack file by hand is not taken for one.
export default await program({ run: process.env['CROSSFADE_RUN'] });
