package io.github.dl4jx.regularizers.layers;

/** Moments of the relaxed mask, {@code m = sigmoid((logit(p) + logit(u)) / t)}, by integration. */
public final class Moments {

  private static final int POINTS = 4_000;

  public final double mean;
  public final double square;

  private Moments(double mean, double square) {
    this.mean = mean;
    this.square = square;
  }

  /** The midpoint rule over u; m is smooth enough for 7 digits. */
  public static Moments of(double p, double temperature) {
    double logit = Math.log(p / (1 - p));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < POINTS; i++) {
      double u = (i + 0.5) / POINTS;
      double m = 1 / (1 + Math.exp(-(logit + Math.log(u / (1 - u))) / temperature));
      sum += m;
      squares += m * m;
    }
    return new Moments(sum / POINTS, squares / POINTS);
  }
}
