/** The Temporal CLI from its Go modules. */
import type { Variables } from '../config/env';
import { cliVersion } from './cli-version';
import { buildWithGo } from './go-build';

/**
 * Called with the lock on `target` held.
 * @returns null, or one sentence that says why there is none
 */
export const buildCli = (target: string, version: string, variables: Variables, say: (line: string) => void): Promise<string | null> =>
  buildWithGo(
    target,
    {
      what: `the Temporal dev server ${version}`,
      module: 'temporal-cli',
      packages: ['github.com/temporalio/cli/cmd/temporal'],
      ldflags: `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`,
      takes: 'three to five minutes',
      runs: async (file) => (await cliVersion(file)) !== null,
    },
    variables,
    say,
  );
