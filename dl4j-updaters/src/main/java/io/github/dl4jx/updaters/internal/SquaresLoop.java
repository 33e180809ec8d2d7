package io.github.dl4jx.updaters.internal;

/**
 * A step of ND4J's {@code RmsProp} and {@code AdaGrad}.
 *
 * <pre>
 * s = decay s + (1 - decay) g^2        RmsProp
 * s = s + g^2                          AdaGrad
 * update = rate g / (sqrt(s) + eps)
 * </pre>
 *
 * <p>References: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", Coursera 2012; J. Duchi, E. Hazan,
 * Y. Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR
 * 2011.
 */
final class SquaresLoop extends FloatLoop {

  private final float keep;
  private final float add;
  private final float eps;
  private final float rate;

  private SquaresLoop(float keep, float add, double eps, double rate) {
    this.keep = keep;
    this.add = add;
    this.eps = (float) eps;
    this.rate = (float) rate;
  }

  static SquaresLoop rmsProp(double decay, double eps, double rate) {
    return new SquaresLoop((float) decay, 1 - (float) decay, eps, rate);
  }

  static SquaresLoop adaGrad(double eps, double rate) {
    return new SquaresLoop(1, 1, eps, rate); // to multiply by 1 changes no bit
  }

  @Override
  public void floats(float[][] x, int n) {
    step(x[0], x[1], keep, add, rate, eps, n);
  }

  private static void step(
      float[] g, float[] s, float keep, float add, float rate, float eps, int n) {
    for (int i = 0; i < n; i++) {
      float square = s[i] * keep + g[i] * g[i] * add;
      s[i] = square;
      g[i] = rate * g[i] / ((float) Math.sqrt(square) + eps);
    }
  }
}
