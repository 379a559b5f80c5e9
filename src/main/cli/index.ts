// The `swaplab` command. Its subcommands are not written yet; this much proves that it starts.
import { Command } from 'commander';
import { version } from '../../../package.json';

const program = new Command('swaplab')
  .description('Simulates Linux swap: the lab from a shell')
  .version(version);

await program.parseAsync();
