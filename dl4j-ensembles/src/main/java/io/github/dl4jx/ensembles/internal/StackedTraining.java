package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.ensembles.TrainerSettings;
import io.github.dl4jx.ensembles.stacked.internal.Stackable;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;

/** Members that are trained in groups, each of which is one wide network. */
public final class StackedTraining extends Job<MemberData, List<Model>> {

  private final MemberJob members;
  private final IntFunction<MemberTask> tasks;
  private final NetworkFormat format;
  private final int count;
  private final int most;
  private final long order;

  StackedTraining(
      MemberJob members,
      IntFunction<MemberTask> tasks,
      NetworkFormat format,
      int count,
      TrainerSettings settings) {
    this.members = members;
    this.tasks = tasks;
    this.format = format;
    this.count = count;
    this.most = settings.stacked();
    this.order = Seeds.derive(settings.seed(), -3);
  }

  /**
   * Refuses members that cannot be one wide network.
   *
   * @throws IllegalArgumentException with what it is, and in which layer
   */
  public static void check(List<Blueprint> blueprints) {
    Blueprint first = blueprints.get(0);
    if (blueprints.stream().anyMatch(other -> !other.json().equals(first.json()))) {
      throw Stackable.refused("they have " + blueprints.size() + " configurations");
    }
    if (first.kind() != Network.Kind.MULTI_LAYER_NETWORK) {
      throw Stackable.refused("they are ComputationGraphs");
    }
    Stackable.checkTrainable(first.network(0));
  }

  /** Number of the first member of a group. */
  int first(int group) {
    return group * most;
  }

  @Override
  public String name() {
    return members.name();
  }

  @Override
  public String unit() {
    return "group";
  }

  @Override
  public int size() {
    return (count - 1) / most + 1;
  }

  @Override
  public StackedTask task(int index) {
    List<MemberTask> group = new ArrayList<>();
    int first = first(index);
    for (int m = 0; m < Math.min(most, count - first); m++) {
      group.add(tasks.apply(first + m));
    }
    return new StackedTask(group, order);
  }

  @Override
  public MemberData shared() {
    return members.shared();
  }

  @Override
  public Packed<MemberData> packed() {
    return members.packed();
  }

  @Override
  public ResultFormat<List<Model>> format() {
    return new StackedFormat(format);
  }

  /** Trains the groups; the members come back in order. */
  static List<Model> flat(List<List<Model>> groups) {
    List<Model> all = new ArrayList<>();
    groups.forEach(all::addAll);
    return all;
  }

  /** The data that a group can learn from. */
  static void check(TrainingData data) {
    if (data.inMemory()) {
      StackedBatches.check(data.examples());
    }
  }
}
