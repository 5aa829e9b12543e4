// Reading mailboxes: the daemon as it ships, the daemon opening Outlook's full page each time, and Puppeteer doing that.
// mail.mjs RUN_DIR [--quick]
import { stopAll } from './programs.mjs';
import { report } from './report.mjs';
import { BROWSER, HOUR, Scenario } from './scenario.mjs';

const [runDir, mode] = process.argv.slice(2);
const size = mode === '--quick'
  ? { accounts: 3, messages: 50, registered: 20, openings: 0, command: 'scripts/bench mail --quick' }
  : { accounts: 20, messages: 200, registered: 1000, openings: 300, command: 'scripts/bench mail' };

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stopAll().finally(() => process.exit(1)));
try {
  const full = await new Scenario('full', runDir, size, true).run();
  const light = await new Scenario('light', runDir, size, false).run();
  const { text, missed } = report({ full, light, size, hour: HOUR, browser: BROWSER });
  console.log(text);
  process.exitCode = missed ? 1 : 0;
} catch (error) {
  console.error(error.stack);
  await stopAll();
  process.exit(70);
}
