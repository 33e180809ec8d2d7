package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.stacked.internal.StackedNetwork;
import io.github.dl4jx.random.Reductions;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.training.jobs.Task;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The training of several members as one wide network.
 *
 * <pre>{@code
 * member m:  initial weights of its own seed, as alone
 * batches:   its own, as alone, if all have as many rows in memory; else those of one order, of
 *            the trainer's seed, in which row i counts w_mi times in m's loss
 * }</pre>
 */
final class StackedTask implements Task<MemberData, List<Model>> {

  private static final long serialVersionUID = 1;

  /** The tasks that the members would be alone, in order. */
  private final ArrayList<MemberTask> tasks;

  /** Seed of the order of the rows, the same for all groups. */
  private final long order;

  StackedTask(List<MemberTask> tasks, long order) {
    this.tasks = new ArrayList<>(tasks);
    this.order = order;
  }

  @Override
  public List<Model> run(MemberData shared) {
    BroadcastGuard.install(); // in the process that trains: on a cluster, an executor
    MemberTask first = tasks.get(0);
    TrainingData data = first.data(shared);
    StackedBatches batches = new StackedBatches(tasks);
    StackedNetwork wide =
        batches.areOwn(data)
            ? StackedNetwork.ofOwnRows(first.blueprint().network(order), tasks.size())
            : StackedNetwork.of(
                first.blueprint().network(order), tasks.size(), batches.areWeighted(), true);
    try {
      for (int m = 0; m < tasks.size(); m++) {
        Model alone = tasks.get(m).blueprint().create(tasks.get(m).initialSeed());
        wide.put(m, alone.params());
        Network.of(alone).release();
      }
      Nd4j.getRandom().setSeed(Seeds.derive(first.seed(), 4)); // of masks, whatever was drawn
      DataSetIterator rows = batches.of(data, order);
      MemberTraining.fit(wide.network(), rows, first.epochs(), listeners(shared));
      return networks(wide);
    } finally {
      Network.of(wide.network()).release();
    }
  }

  private List<TrainingListener> listeners(MemberData shared) {
    List<TrainingListener> listeners = new ArrayList<>();
    tasks.forEach(task -> listeners.addAll(shared.listeners(task.member())));
    return listeners;
  }

  private List<Model> networks(StackedNetwork wide) {
    List<Model> networks = new ArrayList<>();
    try {
      for (int m = 0; m < tasks.size(); m++) {
        networks.add(network(wide, m));
      }
      return networks;
    } catch (RuntimeException | Error e) {
      networks.forEach(network -> Network.of(network).release());
      throw e;
    }
  }

  private Model network(StackedNetwork wide, int m) {
    MemberTask task = tasks.get(m);
    INDArray parameters = wide.get(m);
    if (!Reductions.isFinite(parameters)) {
      parameters.close();
      throw new IllegalStateException(
          "the parameters of member "
              + (task.member() + 1)
              + " are not finite any more: its training diverged");
    }
    MultiLayerConfiguration own = task.blueprint().network(task.initialSeed());
    own.setIterationCount(wide.network().getIterationCount());
    own.setEpochCount(wide.network().getEpochCount());
    MultiLayerNetwork network = new MultiLayerNetwork(own);
    network.init(parameters, false);
    return network;
  }

  @Override
  public String toString() {
    return "StackedTask(" + tasks + ")";
  }
}
