package io.github.dl4jx.updaters.internal;

import io.github.dl4jx.random.Elementwise;

/** A loop over floats only. */
abstract class FloatLoop implements Elementwise.Loop {

  @Override
  public final void doubles(double[][] x, int n) {
    throw new IllegalStateException("for floats only");
  }
}
