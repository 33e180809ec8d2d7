package io.github.dl4jx.updaters;

import io.github.dl4jx.updaters.GoldenStepsTest.Formula;

/** The papers' formulas of the adaptive updaters and of Lookahead, in plain doubles. */
final class AdaptiveFormulas {

  private AdaptiveFormulas() {}

  /** Zhuang et al. 2020, algorithm 2. */
  static Formula adaBelief(int n, double lr, double beta1, double beta2, double epsilon) {
    double[] m = new double[n];
    double[] s = new double[n];
    return (g, iteration) -> {
      int t = iteration + 1;
      double[] update = new double[n];
      for (int i = 0; i < n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        s[i] = beta2 * s[i] + (1 - beta2) * Math.pow(g[i] - m[i], 2) + epsilon;
        double mHat = m[i] / (1 - Math.pow(beta1, t));
        double sHat = s[i] / (1 - Math.pow(beta2, t));
        update[i] = lr * mHat / (Math.sqrt(sHat) + epsilon);
      }
      return update;
    };
  }

  /** Xie et al. 2022, algorithm 1, in the paper's letters, with bias correction. */
  static Formula adan(int n, double lr, double a1, double a2, double a3, double epsilon) {
    double[] m = new double[n];
    double[] v = new double[n];
    double[] square = new double[n];
    double[] previous = new double[n];
    return (g, k) -> {
      double[] update = new double[n];
      for (int i = 0; i < n; i++) {
        double difference = k == 0 ? 0 : g[i] - previous[i];
        m[i] = (1 - a1) * m[i] + a1 * g[i];
        v[i] = (1 - a2) * v[i] + a2 * difference;
        square[i] = (1 - a3) * square[i] + a3 * Math.pow(g[i] + (1 - a2) * difference, 2);
        double mHat = m[i] / (1 - Math.pow(1 - a1, k + 1));
        double vHat = v[i] / (1 - Math.pow(1 - a2, k + 1));
        double nHat = square[i] / (1 - Math.pow(1 - a3, k + 1));
        update[i] = lr / (Math.sqrt(nHat) + epsilon) * (mHat + (1 - a2) * vHat);
        previous[i] = g[i];
      }
      return update;
    };
  }

  /** Pagliardini et al. 2024, algorithm 1 and its schedulers, with their other constants fixed. */
  static Formula adEmaMix(int n, double lr, double beta3, double alpha, int warmup) {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double[] m1 = new double[n];
    double[] m2 = new double[n];
    double[] nu = new double[n];
    return (g, iteration) -> {
      int t = iteration + 1;
      double a = alpha;
      double b = beta3;
      if (warmup > 0) {
        a = Math.min(t * alpha / warmup, alpha);
        double down = Math.log(beta1) * Math.log(beta3);
        double part = (double) t / warmup;
        b =
            Math.min(
                Math.exp(down / ((1 - part) * Math.log(beta3) + part * Math.log(beta1))), beta3);
        if (t > warmup) {
          b = beta3; // beyond the warm-up the formula has no meaning
        }
      }
      double[] update = new double[n];
      for (int i = 0; i < n; i++) {
        m1[i] = beta1 * m1[i] + (1 - beta1) * g[i];
        m2[i] = b * m2[i] + (1 - b) * g[i];
        nu[i] = beta2 * nu[i] + (1 - beta2) * g[i] * g[i];
        double m1Hat = m1[i] / (1 - Math.pow(beta1, t));
        double nuHat = nu[i] / (1 - Math.pow(beta2, t));
        update[i] = lr * (m1Hat + a * m2[i]) / (Math.sqrt(nuHat) + 1e-8);
      }
      return update;
    };
  }

  /** Zhang et al. 2019, algorithm 1: keeps the weights themselves, as an updater cannot. */
  static Formula lookahead(double[] start, int k, double alpha, Formula inner) {
    double[] slow = start.clone();
    double[] fast = start.clone();
    return (g, iteration) -> {
      double[] step = inner.update(g, iteration);
      double[] update = new double[slow.length];
      for (int i = 0; i < slow.length; i++) {
        double before = fast[i];
        fast[i] -= step[i];
        if ((iteration + 1) % k == 0) {
          slow[i] += alpha * (fast[i] - slow[i]);
          fast[i] = slow[i];
        }
        update[i] = before - fast[i];
      }
      return update;
    };
  }
}
