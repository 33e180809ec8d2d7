package io.github.dl4jx.training.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {

  @ParameterizedTest
  @CsvSource({
    "1, 10, 0.1",
    "1, 5, 0.2",
    "1, 4, 0.5",
    "1, 2, 0.5",
    "7, 7, 1",
    "7, 6, 2",
    "30, 6, 5",
    "31, 6, 10",
    "0.004, 8, 0.0005",
    "1e9, 3, 5e8"
  })
  void step_range_isOneTwoOrFiveTimesAPowerOfTen(double range, int most, double step) {
    assertThat(Scale.step(range, most)).isCloseTo(step, within(step * 1e-12));
  }

  @Test
  void ticks_tenths_areExact() {
    Scale scale = new Scale(false, 0, 1, 0, 1000);
    List<Double> ticks = scale.ticks(100, false);
    assertThat(ticks).containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);
    assertThat(scale.texts(ticks)).startsWith("0", "0.1").endsWith("1.0");
  }

  @Test
  void ticks_wholeNumbers_areNotHalved() {
    assertThat(new Scale(false, 1, 3, 0, 600).ticks(70, true)).containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void ticks_decades_arePowersOfTenWithTwoAndFiveIfThereIsRoom() {
    assertThat(new Scale(true, 1, 100, 0, 420).ticks(70, false))
        .containsExactly(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0);
    assertThat(new Scale(true, 1e-8, 1, 0, 280).ticks(70, false))
        .containsExactly(1e-8, 1e-6, 1e-4, 1e-2, 1.0);
  }

  @Test
  void texts_lessThanADecade_haveTheDecimalsOfTheirSteps() {
    Scale scale = new Scale(true, 0.6, 3.1, 0, 300);
    List<Double> ticks = scale.ticks(70, false);
    assertThat(ticks).containsExactly(1.0, 2.0, 3.0);
    Scale finer = new Scale(true, 0.6, 3.1, 0, 600);
    assertThat(finer.texts(finer.ticks(70, false)))
        .containsExactly("1.0", "1.5", "2.0", "2.5", "3.0");
  }

  @Test
  void texts_verySmallAndLarge_haveExponents() {
    Scale scale = new Scale(true, 1e-6, 1e6, 0, 2000);
    assertThat(scale.texts(List.of(1e-6, 0.5, 2e6))).containsExactly("1e-6", "0.5", "2e6");
    Scale small = new Scale(false, 0, 1e-5, 0, 100);
    assertThat(small.texts(List.of(0.0, 5e-6, 1e-5))).containsExactly("0", "5e-6", "1e-5");
  }

  @Test
  void pixel_range_isLinear() {
    Scale scale = new Scale(false, 10, 20, 300, 100); // upwards
    assertThat(scale.pixel(10)).isEqualTo(300);
    assertThat(scale.pixel(12.5)).isEqualTo(250);
    assertThat(scale.pixel(20)).isEqualTo(100);
  }
}
