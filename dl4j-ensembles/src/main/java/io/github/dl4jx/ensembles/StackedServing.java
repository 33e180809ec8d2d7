package io.github.dl4jx.ensembles;

import io.github.dl4jx.ensembles.stacked.internal.StackedNetwork;
import io.github.dl4jx.random.internal.OneOpenMpThread;
import io.github.dl4jx.training.internal.OwnInput;
import io.github.dl4jx.training.network.Network;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Members of one shape that answer as one wide network, whose parameters are a second copy of
 * theirs. Each concurrent caller has a view of its own over these.
 *
 * <p>It pays where Deeplearning4j's price per operation is what a call costs. Where arithmetic is,
 * members in as many threads as there are processors are faster.
 */
final class StackedServing {

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /**
   * Examples times parameters of a member up to which one thread beats several: measured with two
   * processors, and taken in proportion to the others with more.
   */
  private static final long FEW = (1L << 23) / Math.max(1, PROCESSORS - 1);

  private final int members;
  private final long inputs;
  private final long parameters;
  private final StackedNetwork wide;

  /** Views that no caller uses now. */
  private final Deque<MultiLayerNetwork> idle = new ConcurrentLinkedDeque<>();

  private StackedServing(List<MultiLayerNetwork> networks) {
    MultiLayerConfiguration first = configuration(networks.get(0));
    this.members = networks.size();
    this.inputs = StackedNetwork.inputs(first);
    this.parameters = networks.get(0).numParams();
    this.wide = StackedNetwork.of(first, members, false, false);
    for (int m = 0; m < members; m++) {
      wide.put(m, networks.get(m).params());
    }
    idle.add(wide.network());
  }

  private static MultiLayerConfiguration configuration(MultiLayerNetwork network) {
    return MultiLayerConfiguration.fromJson(network.getLayerWiseConfigurations().toJson());
  }

  /** The members as one network, if they can be that. */
  static Optional<StackedServing> of(List<Model> members) {
    if (members.size() < 2
        || members.stream()
            .anyMatch(m -> Network.of(m).kind() != Network.Kind.MULTI_LAYER_NETWORK)) {
      return Optional.empty();
    }
    List<MultiLayerNetwork> networks =
        members.stream().map(MultiLayerNetwork.class::cast).collect(Collectors.toList());
    List<MultiLayerConfiguration> shapes =
        networks.stream()
            .map(MultiLayerNetwork::getLayerWiseConfigurations)
            .collect(Collectors.toList());
    return StackedNetwork.answerAlike(shapes)
        ? Optional.of(new StackedServing(networks))
        : Optional.empty();
  }

  /** Whether a call is faster so; what does not fit the members is for them to refuse. */
  boolean takes(INDArray features) {
    return features != null
        && features.rank() == 2
        && features.size(0) > 0
        && features.size(1) == inputs
        && features.dataType().isFPType()
        && (PROCESSORS == 1 || features.size(0) * parameters <= FEW);
  }

  /** {@return all members' outputs, [members * examples, outputs], member by member} */
  INDArray output(INDArray features) {
    MultiLayerNetwork free = idle.pollFirst();
    MultiLayerNetwork view = free != null ? free : wide.view();
    try (OneOpenMpThread scope = OneOpenMpThread.enter()) {
      return view.output(OwnInput.of(view.getLayers(), features), false);
    } finally {
      idle.addFirst(view);
    }
  }

  int members() {
    return members;
  }

  void release() {
    Network.of(wide.network()).release();
  }
}
