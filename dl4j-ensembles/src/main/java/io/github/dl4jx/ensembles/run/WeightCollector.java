package io.github.dl4jx.ensembles.run;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.network.Network;
import io.github.dl4jx.training.resume.ListenerState;
import io.github.dl4jx.training.resume.ResumableListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies a network's parameters at some iterations; the latest copies are kept. */
abstract class WeightCollector extends BaseTrainingListener
    implements ResumableListener, AutoCloseable {

  private static final String ITERATIONS = "iterations";
  private static final String TAKEN = "taken";

  private final Deque<INDArray> samples = new ArrayDeque<>();
  private long iterations;

  /** How many copies were taken, those that are no longer kept included. */
  private long taken;

  private @Nullable Model network;

  /**
   * Whether a copy is taken.
   *
   * @param iterations how many iterations this listener has seen
   */
  abstract boolean isTakenAfter(long iterations);

  /** How many copies are kept. */
  abstract int keep();

  /** Is told of every copy: it is the first, the second, .. */
  void taken(Model model, int number) {}

  @Override
  public final synchronized void iterationDone(Model model, int iteration, int epoch) {
    if (!Network.is(model)) {
      return; // a layer that is being pretrained
    }
    Preconditions.checkArgument(
        network == null || network == model,
        "a listener that collects weights must serve one network, got a second one");
    network = model;
    iterations++;
    if (isTakenAfter(iterations)) {
      INDArray params = model.params();
      // the memory of a copy that is no longer kept is used again
      INDArray sample =
          samples.size() == keep()
              ? samples.removeFirst()
              : Nd4j.createUninitializedDetached(params.dataType(), params.length());
      samples.addLast(sample.assign(params));
      taken++;
      taken(model, (int) Math.min(taken, Integer.MAX_VALUE));
    }
  }

  /** {@return the number of copies} */
  public final synchronized int size() {
    return samples.size();
  }

  /**
   * The copies as networks that answer as one.
   *
   * @param rule how their outputs are combined
   * @return the ensemble, oldest copy first, which shares nothing with this listener
   * @throws IllegalStateException if there is no copy yet
   */
  public final synchronized Ensemble ensemble(CombinationRule rule) {
    if (network == null || samples.isEmpty()) {
      throw new IllegalStateException(
          "no weights were collected in " + iterations + " iterations: " + this);
    }
    List<Model> members = new ArrayList<>();
    try {
      for (INDArray sample : samples) {
        Model member = Network.of(network).view(sample.dup()).model();
        members.add(member);
        // Deeplearning4j applies constraints after its listeners; none uses these two numbers
        member.applyConstraints(0, 0);
      }
      return Ensemble.of(rule, members);
    } finally {
      members.forEach(member -> Network.of(member).release());
    }
  }

  @Override
  public final synchronized ListenerState state() {
    return new ListenerState(
        toString(),
        Map.of(ITERATIONS, String.valueOf(iterations), TAKEN, String.valueOf(taken)),
        List.copyOf(samples));
  }

  @Override
  public final synchronized void check(Model model, ListenerState state) {
    Network.initialized("a member", model);
    long count = Arguments.notNull("state", state).count(ITERATIONS);
    Preconditions.checkArgument(
        state.arrays().size() <= Math.min(keep(), count),
        "%s must have at most %s arrays, and one an iteration, got %s of %s iterations",
        state,
        keep(),
        state.arrays().size(),
        count);
    long all = taken(state);
    Preconditions.checkArgument(
        all >= state.arrays().size() && all <= count,
        "%s must have taken at least its %s arrays and at most one an iteration, got %s in %s",
        state,
        state.arrays().size(),
        all,
        count);
    INDArray params = model.params();
    for (INDArray array : state.arrays()) {
      Preconditions.checkArgument(
          array.length() == params.length() && array.dataType() == params.dataType(),
          "%s must have the network's %s parameters as %s, got %s as %s",
          state,
          params.length(),
          params.dataType(),
          array.length(),
          array.dataType());
    }
  }

  private static long taken(ListenerState state) {
    return state.values().containsKey(TAKEN) ? state.count(TAKEN) : state.arrays().size();
  }

  @Override
  public final synchronized void restore(Model model, ListenerState state) {
    check(model, state);
    close();
    network = model;
    iterations = state.count(ITERATIONS);
    taken = taken(state);
    samples.addAll(state.arrays());
  }

  /** Releases the copies and begins anew. */
  @Override
  public final synchronized void close() {
    samples.forEach(INDArray::close);
    samples.clear();
    iterations = 0;
    taken = 0;
    network = null;
  }
}
