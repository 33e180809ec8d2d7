package io.github.dl4jx.spark;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once if machines may give results with different last bits. */
final class SameBits {

  private static final Logger log = LoggerFactory.getLogger(SameBits.class);

  private @Nullable Machine first;
  private boolean warned;

  /** Compares a machine with those before it. */
  synchronized void compare(Machine machine) {
    if (first == null) {
      first = machine;
    } else if (!warned && !machine.givesTheSameBitsAs(first)) {
      warned = true;
      log.warn(
          "Machines may give results with different last bits: {} and {}."
              + " Give all the same jars, OPENBLAS_CORETYPE and spark.task.cpus to avoid this",
          first,
          machine);
    }
  }
}
