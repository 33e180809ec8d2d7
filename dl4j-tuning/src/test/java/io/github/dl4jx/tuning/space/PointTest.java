package io.github.dl4jx.tuning.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PointTest {

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
  private final Parameter<Integer> hidden = space.logInt("hidden", 32, 512);
  private final Parameter<TimeUnit> unit = space.choice("unit", TimeUnit.DAYS, TimeUnit.HOURS);
  private final Parameter<Boolean> bias = space.bool("bias");
  private final Parameter<Double> momentum = space.uniform("momentum", .5, .99).when(bias, true);

  private Point.Builder some() {
    return space.point().set(rate, 1e-3).set(hidden, 100).set(unit, TimeUnit.HOURS);
  }

  @Test
  void values_thatWereSet_areReturnedExactly() {
    Point point = some().set(bias, true).set(momentum, 0.9).build();
    assertThat(point.get(rate)).isEqualTo(1e-3);
    assertThat(point.get(hidden)).isEqualTo(100);
    assertThat(point.get(unit)).isEqualTo(TimeUnit.HOURS);
    assertThat(point.get(momentum)).isEqualTo(0.9);
  }

  @Test
  void text_isPlainJsonAndIsReadBackEqual() {
    Point point = some().set(bias, false).build();
    assertThat(point.toString())
        .isEqualTo("{\"rate\":0.001,\"hidden\":100,\"unit\":\"HOURS\",\"bias\":false}");
    Point back = space.parse(point.toString());
    assertThat(back).isEqualTo(point).hasSameHashCodeAs(point);
    assertThat(back.get(unit)).isEqualTo(TimeUnit.HOURS);
    for (int i = 0; i < 200; i++) { // numbers that are not round
      double u = (i + 0.5) / 200;
      Point any =
          space.at(
              rate.low() + u * (rate.high() - rate.low()),
              hidden.low() + u * (hidden.high() - hidden.low()),
              i % 2,
              i / 2 % 2,
              .5 + u * .49);
      Point read = space.parse(any.toString());
      assertThat(read).isEqualTo(any);
      assertThat(read.get(rate)).isEqualTo(any.get(rate));
      assertThat(read.coordinate(0)).isEqualTo(any.coordinate(0));
    }
  }

  @Test
  void get_whatDoesNotMatter_saysWhy() {
    Point point = some().set(bias, false).build();
    assertThat(point.has(momentum)).isFalse();
    assertThatThrownBy(() -> point.get(momentum))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameter momentum has no value here: it needs bias = true");
  }

  @Test
  void build_withTooFewOrTooMany_throws() {
    assertThatThrownBy(() -> some().build()).hasMessage("a value must be set for bias");
    assertThatThrownBy(() -> some().set(bias, true).build())
        .hasMessage("a value must be set for momentum");
    assertThatThrownBy(() -> some().set(bias, false).set(momentum, 0.9).build())
        .hasMessage("momentum must not be set: it needs bias = true");
    assertThatThrownBy(() -> some().set(rate, 1.0))
        .hasMessage("value of rate must be a number in [1.0E-4, 0.1], got 1.0");
    assertThatThrownBy(() -> some().set(new SearchSpace().uniform("rate", 0, 1), 0.5))
        .hasMessage("value of rate must be a number in [1.0E-4, 0.1], got 0.5");
    assertThatThrownBy(() -> some().set(new SearchSpace().integer("rate", 0, 1), 1))
        .hasMessage("parameter must be one of the point's space, got rate");
  }

  @Test
  void parse_otherTexts_throws() {
    String good = "\"hidden\":100,\"unit\":\"HOURS\",\"bias\":false}";
    assertThat(space.parse("{\"rate\":0.01," + good).get(rate)).isEqualTo(0.01);
    assertThatThrownBy(() -> space.parse("{\"rate\":0.2," + good)).hasMessageContaining("rate");
    assertThatThrownBy(() -> space.parse("{\"rate\":\"0.01\"," + good))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> space.parse("{\"rate\":NaN," + good)).hasMessageContaining("json");
    assertThatThrownBy(() -> space.parse("{\"more\":1,\"rate\":0.01," + good))
        .hasMessage("json must have parameters of the space, got more");
    assertThatThrownBy(() -> space.parse("{" + good)).hasMessageContaining("rate");
    assertThatThrownBy(() -> space.parse("[]")).hasMessageContaining("json must be an object");
    assertThatThrownBy(() -> space.parse("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void at_outOfRange_throws() {
    assertThatThrownBy(() -> space.at(1.0, 4, 0, 0, .6))
        .hasMessageContaining("coordinates[0], of rate, must be in");
    assertThatThrownBy(() -> space.at(Double.NaN, 4, 0, 0, .6)).hasMessageContaining("got NaN");
    assertThatThrownBy(() -> space.at(1, 2)).hasMessage("coordinates must be 5, got 2");
  }
}
