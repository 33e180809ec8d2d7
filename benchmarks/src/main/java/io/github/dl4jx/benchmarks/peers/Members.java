package io.github.dl4jx.benchmarks.peers;

import io.github.dl4jx.ensembles.train.DeepEnsemble;
import java.util.LinkedHashMap;
import java.util.Map;

/** A way to train ten members. */
@FunctionalInterface
interface Members {

  /** How many members there are. */
  int MEMBERS = 10;

  /** Sets the way on a trainer; threads is 1 or 2. */
  DeepEnsemble.Builder set(DeepEnsemble.Builder trainer, int threads);

  /** All ways, by the names that the table shows: another one is a line more. */
  static Map<String, Members> ways() {
    Map<String, Members> ways = new LinkedHashMap<>();
    ways.put("DeepEnsemble", (trainer, threads) -> trainer.parallelism(threads));
    ways.put(
        "DeepEnsemble, stacked",
        (trainer, threads) -> trainer.stacked((MEMBERS - 1) / threads + 1).parallelism(threads));
    return ways;
  }
}
