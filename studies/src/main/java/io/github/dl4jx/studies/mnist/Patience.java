package io.github.dl4jx.studies.mnist;

import java.time.Duration;

/**
 * How long a download may take, step by step.
 *
 * @param connect until the connection stands
 * @param answer until the server answers, looking up its address and connecting included
 * @param stall between two pieces of the body
 * @param backoff before the second try; doubled before each further one
 * @param tries at the same file, at least 1
 */
record Patience(Duration connect, Duration answer, Duration stall, Duration backoff, int tries) {

  /** Without a network, two mirrors together cost no more than a few seconds. */
  static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(3),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofMillis(500),
          3);
}
