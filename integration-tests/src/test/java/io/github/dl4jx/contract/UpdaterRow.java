package io.github.dl4jx.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Named;
import org.nd4j.linalg.learning.config.IUpdater;

/** A row of the contract suite's table: an updater, and what cannot be asked of it and why. */
final class UpdaterRow {

  /** What holds for every updater, unless its row says otherwise. */
  enum Rule {
    /** A parameter's step does not depend on where Deeplearning4j cuts its blocks. */
    ANY_BLOCKS,
    /** A parameter's step is the same when each layer is a block. */
    LAYERS_AS_BLOCKS,
    /** There is one learning rate, which can be set again. */
    FIXED_LEARNING_RATE,
    /** Some twenty steps on one batch bring the loss down. */
    LOSS_FALLS
  }

  private final IUpdater updater;
  private final Map<Rule, String> exceptions = new EnumMap<>(Rule.class);

  private UpdaterRow(IUpdater updater) {
    this.updater = updater;
  }

  static UpdaterRow of(IUpdater updater) {
    return new UpdaterRow(updater);
  }

  /** Exempts the row from a rule; the tests of that rule report it as skipped, with the reason. */
  UpdaterRow except(Rule rule, String reason) {
    exceptions.put(rule, reason);
    return this;
  }

  /** Skips the test if the row is exempt. */
  void assume(Rule rule) {
    assumeTrue(!exceptions.containsKey(rule), () -> exceptions.get(rule));
  }

  /** A copy of its own, which a network may change. */
  IUpdater updater() {
    return updater.clone();
  }

  Named<UpdaterRow> named() {
    return Named.of(updater.toString(), this);
  }
}
