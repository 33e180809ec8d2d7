package io.github.dl4jx.updaters.wrapper;

import io.github.dl4jx.random.Elementwise;
import java.util.List;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Lookahead: the inner updater goes k steps ahead, then the weights go back to a point on the way.
 *
 * <pre>{@code
 * fast = fast - inner(g)                        every step
 * slow = slow + alpha (fast - slow)             every k-th step
 * fast = slow
 * }</pre>
 *
 * <ul>
 *   <li>{@code k}: steps of the inner updater before the weights go back, at least 1; default 5,
 *       the paper's.
 *   <li>{@code alpha}: share of the way that is kept, in (0, 1]; default 0.5, the paper's. With 1
 *       this is the inner updater.
 * </ul>
 *
 * <p>An updater sees gradients, never the weights. What it can know is how far its own updates have
 * carried the fast weights from the slow ones, {@code d = slow - fast}, the sum of the updates u
 * since they were equal. That is the state, and all that is needed: after the k-th step the weights
 * must be {@code slow - alpha d}, so the last update is not u but
 *
 * <pre>{@code
 * d = d + u;   update = u - (1 - alpha) d;   d = 0
 * }</pre>
 *
 * <p>The k-th steps are iterations k - 1, 2k - 1, ..; the inner updater's state is kept there, as
 * in the paper's experiments. Between them the network has its fast weights: to evaluate or save
 * the slow ones, stop at a multiple of k.
 *
 * <p>{@code weightDecay} and constraints are applied by Deeplearning4j after the updater and are
 * not in d: they act on the slow weights in full, not on a share alpha of the way. For the paper's
 * decay, multiply it by alpha. L1 and L2 are in the gradient, hence in d.
 *
 * <p>State: d, one value for every parameter. Wrappers that change gradients go inside or outside
 * alike; {@link SkipNonFinite} outside leaves d as it is, and if it skips a k-th step, the weights
 * go back k steps later.
 *
 * <pre>{@code
 * .updater(Lookahead.around(new Adam(1e-3)).build())
 * .updater(Lookahead.around(new Adam(1e-3)).steps(10).alpha(0.8).build())
 * }</pre>
 *
 * <p>Reference: M. R. Zhang, J. Lucas, G. Hinton, J. Ba, "Lookahead Optimizer: k Steps Forward, 1
 * Step Back", NeurIPS 2019, arXiv 1907.08610.
 */
public final class Lookahead extends UpdaterWrapper {

  /** Steps before the weights go back. */
  private final int k;

  /** Share of the way that is kept. */
  private final double alpha;

  private Lookahead(
      @JsonProperty("inner") IUpdater inner,
      @JsonProperty("k") int k,
      @JsonProperty("alpha") double alpha) {
    super(inner);
    this.k = checkedSteps(k);
    this.alpha = checkedAlpha(alpha);
  }

  private static int checkedSteps(int k) {
    Preconditions.checkArgument(k >= 1, "k must be >= 1, got %s", k);
    return k;
  }

  private static double checkedAlpha(double alpha) {
    Preconditions.checkArgument(alpha > 0 && alpha <= 1, "alpha must be in (0, 1], got %s", alpha);
    return alpha;
  }

  /**
   * Starts a builder.
   *
   * @param inner the updater of the fast weights; copied
   * @return a builder with the defaults
   * @throws IllegalArgumentException if inner is null
   */
  public static Builder around(IUpdater inner) {
    return new Builder(inner);
  }

  @Override
  protected List<String> stateNames() {
    return List.of("d");
  }

  @Override
  protected void transform(INDArray gradient, Step step) {
    // the inner updater gets the gradient as it is
  }

  @Override
  protected void finish(INDArray update, Step step) {
    boolean back = (step.iteration() + 1L) % k == 0;
    step.run(back ? new Back(1 - alpha) : new Forward(), update);
  }

  /** {@code d = d + u}. */
  private static final class Forward implements Elementwise.Loop {

    @Override
    public void floats(float[][] x, int n) {
      add(x[0], x[1], n);
    }

    @Override
    public void doubles(double[][] x, int n) {
      add(x[0], x[1], n);
    }

    private static void add(float[] u, float[] d, int n) {
      for (int i = 0; i < n; i++) {
        d[i] += u[i];
      }
    }

    private static void add(double[] u, double[] d, int n) {
      for (int i = 0; i < n; i++) {
        d[i] += u[i];
      }
    }
  }

  /** {@code u = u - share (d + u), d = 0}. */
  private static final class Back implements Elementwise.Loop {

    private final double share;

    Back(double share) {
      this.share = share;
    }

    @Override
    public void floats(float[][] x, int n) {
      subtract(x[0], x[1], (float) share, n);
    }

    @Override
    public void doubles(double[][] x, int n) {
      subtract(x[0], x[1], share, n);
    }

    private static void subtract(float[] u, float[] d, float share, int n) {
      for (int i = 0; i < n; i++) {
        u[i] -= share * (d[i] + u[i]);
        d[i] = 0;
      }
    }

    private static void subtract(double[] u, double[] d, double share, int n) {
      for (int i = 0; i < n; i++) {
        u[i] -= share * (d[i] + u[i]);
        d[i] = 0;
      }
    }
  }

  @Override
  public Lookahead clone() {
    return new Lookahead(inner(), k, alpha);
  }

  /** Collects the settings of a {@link Lookahead}. */
  public static final class Builder {

    private final IUpdater inner;
    private int k = 5;
    private double alpha = 0.5;

    private Builder(IUpdater inner) {
      this.inner = checkedInner(inner);
    }

    /**
     * Steps of the inner updater before the weights go back.
     *
     * @param k at least 1; default 5
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder steps(int k) {
      this.k = checkedSteps(k);
      return this;
    }

    /**
     * Share of the way that is kept.
     *
     * @param alpha in (0, 1]; default 0.5
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    public Builder alpha(double alpha) {
      this.alpha = checkedAlpha(alpha);
      return this;
    }

    /**
     * Builds the wrapper.
     *
     * @return the wrapper
     */
    public Lookahead build() {
      return new Lookahead(inner, k, alpha);
    }
  }
}
