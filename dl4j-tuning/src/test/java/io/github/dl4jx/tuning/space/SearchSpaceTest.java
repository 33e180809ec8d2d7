package io.github.dl4jx.tuning.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {

  private final SearchSpace space = new SearchSpace();

  @Test
  void logUniform_atTheMiddleCoordinate_isTheGeometricMean() {
    Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
    Point middle = space.at((rate.low() + rate.high()) / 2);
    assertThat(middle.get(rate)).isCloseTo(Math.sqrt(1e-5), within(1e-12));
    assertThat(space.at(rate.low()).get(rate)).isEqualTo(1e-4);
    assertThat(space.at(rate.high()).get(rate)).isEqualTo(1e-1);
  }

  @Test
  void integer_atCoordinates_roundsAndStaysInRange() {
    Parameter<Integer> layers = space.integer("layers", -1, 3);
    assertThat(layers.low()).isEqualTo(-1.5);
    assertThat(layers.high()).isEqualTo(3.5);
    assertThat(space.at(-1.5).get(layers)).isEqualTo(-1);
    assertThat(space.at(0.49).get(layers)).isZero();
    assertThat(space.at(3.5).get(layers)).isEqualTo(3);
  }

  @Test
  void logInt_cells_haveTheLogarithmOfTheirWidths() {
    Parameter<Integer> hidden = space.logInt("hidden", 1, 4);
    assertThat(hidden.low()).isCloseTo(Math.log(0.5), within(1e-15));
    assertThat(hidden.high()).isCloseTo(Math.log(4.5), within(1e-15));
    int[] counts = new int[5];
    int n = 90_000;
    for (int i = 0; i < n; i++) {
      double u = (i + 0.5) / n;
      counts[space.at(hidden.low() + u * (hidden.high() - hidden.low())).get(hidden)]++;
    }
    for (int value = 1; value <= 4; value++) { // ln((v + 1/2)/(v - 1/2)) / ln 9
      double expected = Math.log((value + 0.5) / (value - 0.5)) / Math.log(9);
      assertThat(counts[value] / (double) n).isCloseTo(expected, within(2.0 / n));
    }
  }

  @Test
  void quantized_hasItsStepsOnly() {
    Parameter<Double> dropout = space.quantized("dropout", 0.1, 0.5, 0.1);
    assertThat(dropout.size()).isEqualTo(5);
    assertThat(space.at(1.4).get(dropout)).isEqualTo(0.1 + 0.1);
    assertThat(space.point().set(dropout, 0.3).build()).isEqualTo(space.at(2));
    assertThatThrownBy(() -> space.point().set(dropout, 0.25))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value of dropout must be one of 0.1 to 0.5 in steps of 0.1, got 0.25");
  }

  @Test
  void bool_hasTwoOptions() {
    Parameter<Boolean> bias = space.bool("bias");
    assertThat(bias.options()).isEqualTo(2);
    assertThat(space.at(0).get(bias)).isTrue();
    assertThat(space.at(1).get(bias)).isFalse();
  }

  @Test
  void conditions_ofConditions_includeThem() {
    Parameter<String> a = space.choice("a", "x", "y");
    Parameter<Boolean> b = space.bool("b").when(a, "y");
    Parameter<Double> c = space.uniform("c", 0, 1).when(b, true);
    assertThat(space.at(1, 0, 0.5).has(c)).isTrue();
    assertThat(space.at(1, 1, 0.5).has(c)).isFalse();
    assertThat(space.at(0, 0, 0.5).has(b)).isFalse();
    assertThat(space.at(0, 0, 0.5).has(c)).isFalse();
    assertThat(space.at(0, 0, 0.5).coordinate(c.index())).isNaN();
  }

  @Test
  void when_ofAnotherSpaceOrUnknownOption_throws() {
    Parameter<String> a = space.choice("a", "x", "y");
    Parameter<Double> n = space.uniform("n", 0, 1);
    Parameter<Double> b = space.uniform("b", 0, 1);
    Parameter<String> foreign = new SearchSpace().choice("a", "x", "y");
    assertThatThrownBy(() -> b.when(foreign, "x")).hasMessageContaining("parent must");
    assertThatThrownBy(() -> b.when(n, 0.5)).hasMessageContaining("parent must be a choice");
    assertThatThrownBy(() -> b.when(a, "z")).hasMessage("values of a must be one of [x, y], got z");
    assertThatThrownBy(() -> a.when(a, "x")).hasMessageContaining("declared before a");
    b.when(a, "x");
    assertThatThrownBy(() -> b.when(a, "y"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("b has a condition already");
  }

  @Test
  void badDeclarations_areRefusedWithTheirValues() {
    space.uniform("x", 0, 1);
    assertThatThrownBy(() -> space.uniform("x", 0, 1)).hasMessage("name must be a new one, got x");
    assertThatThrownBy(() -> space.uniform(" ", 0, 1)).hasMessageContaining("name must have 1 to");
    assertThatThrownBy(() -> space.uniform("y", 1, 1)).hasMessageContaining("got 1.0");
    assertThatThrownBy(() -> space.uniform("y", -Double.MAX_VALUE, Double.MAX_VALUE))
        .hasMessageContaining("high must be finite");
    assertThatThrownBy(() -> space.logUniform("y", 0, 1)).hasMessage("low must be > 0, got 0.0");
    assertThatThrownBy(() -> space.logInt("y", 0, 1)).hasMessage("low must be >= 1, got 0");
    assertThatThrownBy(() -> space.integer("y", 2, 1)).hasMessage("low must be <= high, 1, got 2");
    assertThatThrownBy(() -> space.quantized("y", 0, 1, 0.3)).hasMessageContaining("got 0.3");
    assertThatThrownBy(() -> space.choice("y", "a", "a")).hasMessageContaining("a twice");
    assertThatThrownBy(() -> space.choice("y", new Object()))
        .hasMessageContaining("toString() of their own");
    assertThat(space.parameters()).hasSize(1);
  }

  @Test
  void complete_space_takesNoMore() {
    Parameter<Double> x = space.uniform("x", 0, 1);
    Parameter<Double> y = space.uniform("y", 0, 1);
    assertThatThrownBy(() -> new SearchSpace().complete()).hasMessageContaining("at least 1");
    space.complete();
    assertThatThrownBy(() -> space.bool("z")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> y.when(space.choice("a", 1), 1)).isInstanceOf(RuntimeException.class);
    assertThat(space.parameters()).containsExactly(x, y);
  }

  @Test
  void around_best_shrinksRangesAndChoices() {
    Parameter<Double> x = space.uniform("x", 0, 10);
    Parameter<Integer> n = space.integer("n", 1, 100);
    Parameter<String> a = space.choice("a", "p", "q", "r");
    Parameter<Double> only = space.uniform("only", 0, 1).when(a, "p");
    Parameter<Double> kept = space.uniform("kept", 0, 1).when(a, "q", "p");
    SearchSpace finer =
        space.around(List.of(space.at(4, 20, 1, 0.3, 0.5), space.at(8, 20, 2, 0.5, 0.5)));
    // x: a quarter of the width 4 on each side; n: a twentieth of the old width 100
    assertThat(finer.toString())
        .isEqualTo(
            "[{\"name\":\"x\",\"kind\":\"uniform\",\"low\":3.0,\"high\":9.0},"
                + "{\"name\":\"n\",\"kind\":\"int\",\"low\":15,\"high\":25},"
                + "{\"name\":\"a\",\"kind\":\"choice\",\"options\":[\"q\",\"r\"]},"
                + "{\"name\":\"kept\",\"kind\":\"uniform\",\"low\":0.45,\"high\":0.55,"
                + "\"when\":\"a = q\"}]");
    Point point = finer.at(5, 17, 0, 0.5);
    assertThat(point.get(x)).isEqualTo(5);
    assertThat(point.get(n)).isEqualTo(17);
    assertThat(point.get(a)).isEqualTo("q");
    assertThat(point.get(kept)).isEqualTo(0.5);
    assertThatThrownBy(() -> point.get(only)).hasMessageContaining("got only");
  }

  @Test
  void around_atTheEdge_staysInside() {
    Parameter<Double> rate = space.logUniform("rate", 1e-4, 1);
    SearchSpace finer = space.around(List.of(space.point().set(rate, 1e-4).build()));
    Parameter<?> fine = finer.parameters().get(0);
    assertThat(fine.low()).isEqualTo(rate.low());
    assertThat(fine.high()).isCloseTo(rate.low() + (rate.high() - rate.low()) / 20, within(1e-12));
  }
}
