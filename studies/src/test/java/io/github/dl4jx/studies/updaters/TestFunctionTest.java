package io.github.dl4jx.studies.updaters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class TestFunctionTest {

  /** In every direction gradient descent shrinks x by 1 - lr l in a step. */
  @Test
  void descend_sgdOnTheQuadratic_isTheClosedForm() {
    double initial = 0;
    double after = 0;
    for (int i = 0; i < 10; i++) {
      double l = 0.01 * Math.pow(100, i / 9.0);
      double x = 1 + i / 7.0;
      initial += l * x * x / 2;
      after += l * x * x / 2 * Math.pow(1 - 0.5 * l, 2 * 500);
    }
    TestFunction quadratic = TestFunction.quadratic();
    // 500 roundings of 1e-16 each, doubled by the square
    assertThat(quadratic.initial()).isCloseTo(initial, within(1e-12 * initial));
    assertThat(quadratic.descend(new Sgd(0.5))).isCloseTo(after, within(1e-11 * after));
  }

  @Test
  void initial_rosenbrock_isTheTextbookValue() {
    assertThat(TestFunction.rosenbrock().initial()).isCloseTo(24.2, within(1e-12));
  }

  /** Only a right gradient leads to the minimum; Adam with these settings gets below 1e-6. */
  @Test
  void descend_adamOnRosenbrock_findsTheMinimum() {
    assertThat(TestFunction.rosenbrock().descend(new Adam(0.02))).isBetween(0.0, 1e-6);
  }
}
