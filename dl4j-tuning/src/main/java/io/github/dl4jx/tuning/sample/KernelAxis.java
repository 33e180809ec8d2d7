package io.github.dl4jx.tuning.sample;

/** One parameter of a mixture of kernels: what each kernel says about its coordinate. */
interface KernelAxis {

  /** A coordinate out of one kernel. */
  double draw(int kernel, Draws draws);

  /** Adds each kernel's log-density of a coordinate. */
  void addLogDensities(double coordinate, double[] sums);
}
