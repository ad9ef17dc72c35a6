/** A server that somebody else runs for the tests: it is used, and never ended. */
export interface GivenServer {
  readonly canRestart: false;
  readonly url: string;
}

/** The server named in EVENTWRIGHT_TEST_REDIS_URL; undefined when the tests are to start one. */
export const givenRedis = (): GivenServer | undefined => given("EVENTWRIGHT_TEST_REDIS_URL");

/** The server named in EVENTWRIGHT_TEST_AMQP_URL; undefined when the tests are to start one. */
export const givenRabbitmq = (): GivenServer | undefined => given("EVENTWRIGHT_TEST_AMQP_URL");

function given(variable: string): GivenServer | undefined {
  const url = process.env[variable];
  return url ? { canRestart: false, url } : undefined;
}
