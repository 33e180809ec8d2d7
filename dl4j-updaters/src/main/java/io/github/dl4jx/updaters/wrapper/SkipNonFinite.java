package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.Reductions;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips a step whose gradient has NaN or infinity: the update is zero, the inner updater's state
 * stays as it is.
 *
 * <pre>{@code
 * update = all finite ? inner(g) : 0
 * }</pre>
 *
 * <ul>
 *   <li>{@code maxConsecutive}: how many such steps in a row may be skipped, at least 0; no
 *       default. One more throws: weights that are NaN never recover.
 * </ul>
 *
 * <p>What is skipped is an updater block, all adjacent parameters that share one updater
 * configuration; another block may take its step, and counts for itself. {@code weightDecay} is
 * applied even so, because Deeplearning4j subtracts it after the updater. Skipped steps are logged
 * as warnings. The count in a row starts anew when a network is loaded.
 *
 * <p>{@code SkippedSteps.of(net)}, of dl4j-training, tells how many there were: every parameter has
 * a value of state for it, which is saved and restored with the network (in half precision it stops
 * at 2,048). The configuration that a user writes cannot know, as Deeplearning4j trains with copies
 * of it.
 *
 * <p>Goes outside of everything else: {@code SkipNonFinite.around(OneBitGradient.around(..), 3)}
 * keeps NaN out of the residual; inside, it would come too late.
 *
 * <pre>{@code
 * .updater(SkipNonFinite.around(new Adam(1e-3), 5))
 * ..
 * long skipped = SkippedSteps.of(net);
 * }</pre>
 *
 * <p>Reference: P. Micikevicius et al., "Mixed Precision Training", ICLR 2018, arXiv 1710.03740,
 * which skips the steps whose loss scale was too large.
 */
public final class SkipNonFinite extends UpdaterWrapper {

  /** Name of the array of state that counts skipped steps, the same number in all its elements. */
  public static final String SKIPPED = "skipped";

  private static final Logger log = LoggerFactory.getLogger(SkipNonFinite.class);

  /** How many steps in a row may be skipped. */
  private final int maxConsecutive;

  /**
   * The latest skipped iteration of each block, and how many up to it in a row, by the address of
   * the block's state: networks may share a configuration.
   */
  private transient @Nullable Map<Long, Row> rows;

  /** So that an iteration is logged once, not once for each block. */
  private transient @Nullable Integer logged;

  private SkipNonFinite(
      @JsonProperty("inner") IUpdater inner, @JsonProperty("maxConsecutive") int maxConsecutive) {
    super(inner);
    Preconditions.checkArgument(
        maxConsecutive >= 0, "maxConsecutive must be >= 0, got %s", maxConsecutive);
    this.maxConsecutive = maxConsecutive;
  }

  /**
   * Wraps an updater.
   *
   * @param inner the updater that only ever receives finite gradients; copied
   * @param maxConsecutive how many steps in a row may be skipped, at least 0
   * @return the wrapper
   * @throws IllegalArgumentException if inner is null or maxConsecutive negative
   */
  public static SkipNonFinite around(IUpdater inner, int maxConsecutive) {
    return new SkipNonFinite(inner, maxConsecutive);
  }

  @Override
  protected List<String> stateNames() {
    return List.of(SKIPPED);
  }

  /**
   * Zeroes a gradient that is not finite.
   *
   * @throws IllegalStateException if that happened more than {@code maxConsecutive} times in a row
   */
  @Override
  protected void transform(INDArray gradient, Step step) {
    if (Reductions.isFinite(gradient)) {
      return;
    }
    count(step);
    step.state(SKIPPED).addi(1);
    gradient.assign(0);
    step.skipInner();
  }

  private synchronized void count(Step step) {
    if (rows == null) {
      rows = new HashMap<>(); // not in the constructor: it is transient
    }
    int iteration = step.iteration();
    boolean isFirst = step.state(SKIPPED).getDouble(0) == 0;
    long address = address(step.state(SKIPPED));
    Row row = rows.get(address);
    if (row == null || isFirst) { // the address may have been another network's
      row = isFirst ? new Row() : moved(rows.values(), iteration);
      rows.put(address, row);
    }
    row.length = iteration == row.next ? row.length + 1 : 1;
    row.next = iteration + 1;
    if (row.length > maxConsecutive) {
      throw new IllegalStateException(
          "the gradient was NaN or infinite in "
              + row.length
              + " iterations in a row, up to iteration "
              + iteration
              + "; "
              + maxConsecutive
              + " are allowed. Look for NaN in the data and in the weights, lower the learning"
              + " rate, or clip the gradient (GradientClipping, GlobalNormClipping)");
    }
    if (logged == null || logged != iteration) {
      logged = iteration;
      log.warn(
          "Iteration {} skipped: its gradient has NaN or infinity ({} in a row)",
          iteration,
          row.length);
    }
  }

  /**
   * A row of skips that was going on, and whose state has got another address: Deeplearning4j makes
   * an updater anew when a learning rate is set.
   */
  private static Row moved(Collection<Row> rows, int iteration) {
    return rows.stream()
        .filter(row -> row.next == iteration)
        .max(Comparator.comparingInt(row -> row.length))
        .map(Row::new)
        .orElseGet(Row::new);
  }

  private static long address(INDArray view) {
    return view.data().address() + view.offset() * view.dataType().width();
  }

  /** Skipped steps of a block, one after the other. */
  private static final class Row {
    int next;
    int length;

    Row() {}

    Row(Row other) {
      next = other.next;
      length = other.length;
    }
  }

  @Override
  public SkipNonFinite clone() {
    return new SkipNonFinite(inner(), maxConsecutive);
  }
}
