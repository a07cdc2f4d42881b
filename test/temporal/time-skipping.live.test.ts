import { timeSkippingEnvironment, timeSkippingTest } from '../support/time-skipping';

jest.setTimeout(360_000);

timeSkippingTest('an hour passes at once, so that long jobs can be tested', async () => {
  const environment = await timeSkippingEnvironment();
  const began = await environment.currentTimeMs();

  await environment.sleep('1 hour');

  expect((await environment.currentTimeMs()) - began).toBeGreaterThanOrEqual(3_600_000);
});
