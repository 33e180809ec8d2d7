package io.github.dl4jx.studies.neuralgpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskTest {

  @Test
  void output_reversal_isBackwards() {
    assertThat(Task.REVERSAL.output(1, 0, 0, 1, 1, 0)).containsExactly(0, 1, 1, 0, 0, 1);
    assertThat(Task.REVERSAL.input(0b000101)).containsExactly(1, 0, 1, 0, 0, 0);
  }

  @Test
  void output_everyAddition_isTheSum() {
    for (int number = 0; number < 1024; number++) {
      int[] input = Task.ADDITION.input(number);
      assertThat(input[5]).isZero();
      int a = 0;
      int b = 0;
      int sum = 0;
      int[] output = Task.ADDITION.output(input);
      for (int i = 0; i < 6; i++) {
        a += (input[i] / 2) << i;
        b += (input[i] % 2) << i;
        sum += output[i] << i;
      }
      assertThat(a).isEqualTo(number % 32);
      assertThat(b).isEqualTo(number / 32);
      assertThat(sum).isEqualTo(a + b);
    }
  }
}
