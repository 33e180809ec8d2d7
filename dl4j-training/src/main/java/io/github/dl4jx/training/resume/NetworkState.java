package io.github.dl4jx.training.resume;

import io.github.dl4jx.random.Reductions;
import io.github.dl4jx.training.network.Network;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The parts of a network's state that checkpoints save and check. */
final class NetworkState {

  private static final Pattern ITERATIONS = Pattern.compile("\"iterationCount\"\\s*:\\s*\\d+");
  private static final Pattern EPOCHS = Pattern.compile("\"epochCount\"\\s*:\\s*\\d+");

  private NetworkState() {}

  static @Nullable INDArray updater(Network network) {
    return network.updater().getStateViewArray();
  }

  /** Refuses weights that are not finite. */
  static void checkFinite(Network network, String when) {
    if (!Reductions.isFinite(network.model().params())) {
      throw new IllegalStateException(
          "the parameters are not finite any more, the training diverged, " + when);
    }
  }

  /** Sets the counts in every place of a configuration where Deeplearning4j keeps them. */
  static String withCounts(String json, int iteration, int epoch) {
    String counted =
        ITERATIONS
            .matcher(json)
            .replaceAll(Matcher.quoteReplacement("\"iterationCount\" : " + iteration));
    return EPOCHS
        .matcher(counted)
        .replaceAll(Matcher.quoteReplacement("\"epochCount\" : " + epoch));
  }
}
