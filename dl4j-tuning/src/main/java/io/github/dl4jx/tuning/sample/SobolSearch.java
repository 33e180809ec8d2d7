package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import java.util.Optional;
import org.apache.commons.math3.random.SobolSequenceGenerator;
import org.nd4j.common.base.Preconditions;

/**
 * Sobol's sequence: points that leave no gaps, whatever the scores so far.
 *
 * <pre>{@code
 * u_j        = (sobol_j(k) 2^52 xor shift_j) / 2^52       k the trial's number, j the parameter
 * coordinate = low + u (high - low)                       option = floor(u options)
 * }</pre>
 *
 * <p>Of the first 2^m points each half, quarter .. of a parameter's range has as many; trials of
 * other numbers that a search gets elsewhere (see {@code enqueue}) leave gaps. The digital shift
 * comes from the seed: it keeps that, and searches differ. Up to 1,000 parameters. A point of a
 * finite space that was tried is replaced by a random one that was not; when all were, the search
 * ends.
 *
 * <p>References: I. M. Sobol', "On the distribution of points in a cube and the approximate
 * evaluation of integrals", USSR Computational Mathematics and Mathematical Physics 7, 1967,
 * doi:10.1016/0041-5553(67)90144-9; S. Joe, F. Y. Kuo, "Constructing Sobol sequences with better
 * two-dimensional projections", SIAM Journal on Scientific Computing 30, 2008,
 * doi:10.1137/070709359 (the numbers of Commons Math).
 */
public final class SobolSearch implements Sampler {

  private static final double SCALE = 0x1p52;
  private static final int MOST_DIMENSIONS = 1000;

  /** The sampler; it has no settings. */
  public SobolSearch() {}

  @Override
  public Optional<Point> suggest(History history, int trial, long seed) {
    Sampler.check(history, trial);
    SearchSpace space = history.space();
    int n = space.parameters().size();
    Preconditions.checkArgument(
        n <= MOST_DIMENSIONS,
        "history must have a space of at most %s parameters, got %s",
        MOST_DIMENSIONS,
        n);
    double[] unit = unit(n, trial, seed);
    Draws draws = Draws.of(seed, trial);
    boolean[] first = {true};
    return new Fresh(history)
        .point(
            draws,
            () -> {
              if (!first[0]) {
                return space.at(draws.coordinates(space));
              }
              first[0] = false;
              double[] coordinates = new double[n];
              for (Parameter<?> parameter : space.parameters()) {
                coordinates[parameter.index()] = Draws.spread(parameter, unit[parameter.index()]);
              }
              return space.at(coordinates);
            });
  }

  /** The shifted numbers of a trial. */
  static double[] unit(int dimensions, int trial, long seed) {
    double[] sobol = new SobolSequenceGenerator(dimensions).skipTo(trial);
    long common = Seeds.derive(seed, -1);
    for (int j = 0; j < dimensions; j++) {
      long shift = Seeds.derive(common, j) >>> 12;
      sobol[j] = ((long) (sobol[j] * SCALE) ^ shift) / SCALE;
    }
    return sobol;
  }

  @Override
  public String name() {
    return "sobol";
  }
}
