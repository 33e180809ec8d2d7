package io.github.dl4jx.studies.likelihood;

import io.github.dl4jx.studies.likelihood.Landscape.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Independent chains of a sampler, which begin at -4 in every direction, in double precision.
 *
 * <p>They are one block of parameters; the noise has a stream of its own for each of these. A
 * sample is a chain's place after a step, from the first step on.
 */
final class Chains {

  static final int CHAINS = 64;
  private static final double START = -4;

  /** Places are shown to here. */
  static final double SHOWN = 8;

  private final Setting setting;
  private final long seed;
  private final Target target;
  private final long[] counts;
  private double detail;
  private final List<Measured> found = new ArrayList<>();

  Chains(Setting setting, long seed) {
    this.setting = setting;
    this.seed = seed;
    this.target = setting.landscape().target(setting.temperature());
    this.counts = new long[setting.landscape().bins()];
  }

  /**
   * Samples, and measures after some numbers of steps.
   *
   * @param after the numbers, ascending
   * @param shown those after which what there is to see is kept, too
   */
  List<Measured> run(List<Integer> after, List<Integer> shown) {
    Landscape landscape = setting.landscape();
    int n = CHAINS * landscape.dimensions;
    double[] places = new double[n];
    Arrays.fill(places, START);
    IUpdater updater = setting.updater(seed);
    long state = updater.stateSize(n);
    GradientUpdater<?> running =
        updater.instantiate(state == 0 ? null : Nd4j.zeros(DataType.DOUBLE, state), true);
    int steps = after.get(after.size() - 1);
    double[] x = new double[landscape.dimensions];
    for (int t = 1; t <= steps; t++) {
      INDArray update = Nd4j.createFromArray(landscape.gradient(places));
      running.applyUpdater(update, t - 1, 0);
      double[] u = update.toDoubleVector();
      for (int i = 0; i < n; i++) {
        places[i] -= u[i];
      }
      for (int c = 0; c < CHAINS; c++) {
        for (int d = 0; d < x.length; d++) {
          x[d] = places[d * CHAINS + c];
        }
        counts[landscape.bin(x)]++;
        detail += landscape.detail(x);
      }
      if (after.contains(t)) {
        measure(t);
        if (shown.contains(t)) {
          show(t);
        }
      }
    }
    return found;
  }

  private double[] frequencies(int steps) {
    double n = (double) steps * CHAINS;
    return Arrays.stream(counts).mapToDouble(count -> count / n).toArray();
  }

  private void measure(int steps) {
    add(steps, Measured.DISTANCE, 0, target.distance(frequencies(steps)));
    add(steps, Measured.DETAIL, 0, detail / ((double) steps * CHAINS) / target.detail);
  }

  private void show(int steps) {
    double[] density = setting.landscape().density(frequencies(steps));
    for (int bin = 0; bin < density.length; bin++) {
      double middle = setting.landscape().middle(bin);
      if (Math.abs(middle) < SHOWN) {
        add(steps, Measured.DENSITY, middle, density[bin]);
      }
    }
  }

  private void add(int steps, String measure, double x, double value) {
    found.add(new Measured(setting.label(), seed, steps, measure, x, value));
  }
}
