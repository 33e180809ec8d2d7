package io.github.dl4jx.tuning.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatticeTest {

  private final SearchSpace space = new SearchSpace();

  @Test
  void finiteSpaceWithConditions_hasEachPointOnce() {
    Parameter<String> a = space.choice("a", "x", "y", "z");
    Parameter<Boolean> b = space.bool("b").when(a, "y", "z");
    space.integer("c", 1, 3).when(b, true);
    space.integer("d", 1, 2);
    Lattice all = Lattice.of(space);
    // a = x: 1; a = y or z: b = true with 3, b = false with 1; times 2 of d
    assertThat(all.size()).isEqualTo((1 + 2 * (3 + 1)) * 2);
    assertThat(LongStream.range(0, all.size()).mapToObj(all::point))
        .doesNotHaveDuplicates()
        .hasSize(18);
    assertThat(all.point(0)).hasToString("{\"a\":\"x\",\"d\":1}");
    assertThat(all.point(1)).hasToString("{\"a\":\"x\",\"d\":2}");
    assertThat(all.point(17)).hasToString("{\"a\":\"z\",\"b\":false,\"d\":2}");
  }

  @Test
  void realNumbersOrTooMany_cannotBeCounted() {
    space.choice("a", "x", "y");
    space.uniform("r", 0, 1);
    assertThat(Lattice.of(space).size()).isEqualTo(Lattice.UNCOUNTABLE);
    assertThatThrownBy(() -> Lattice.of(space).point(0)).hasMessageContaining("index must be in");
    SearchSpace many = new SearchSpace();
    for (int i = 0; i < 4; i++) {
      many.integer("i" + i, 0, Integer.MAX_VALUE);
    }
    assertThat(Lattice.of(many).size()).isEqualTo(Lattice.UNCOUNTABLE);
  }

  @Test
  void grid_hasEqualDistancesFromEndToEnd() {
    Parameter<Double> r = space.logUniform("r", 1e-4, 1);
    Parameter<Integer> n = space.integer("n", 1, 9);
    space.bool("b");
    Lattice grid = Lattice.grid(space, 3, 3, 1);
    assertThat(grid.size()).isEqualTo(3 * 3 * 2);
    List<Double> rates = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (long i = 0; i < 18; i += 6) {
      rates.add((double) Math.round(1e9 * grid.point(i).get(r)) / 1e9);
      numbers.add(grid.point(i / 3).get(n));
    }
    assertThat(rates).containsExactly(1e-4, 1e-2, 1.0);
    assertThat(numbers).containsExactly(1, 5, 9);
    assertThat(Lattice.grid(space, 1, 1, 1).point(0).get(r)).isBetween(0.0099, 0.0101);
    assertThat(Lattice.grid(space, 1, 20, 1).size()).isEqualTo(18);
  }

  /** Where the logarithm crowds them, the next integers are taken. */
  @Test
  void grid_smallIntegersOnALogarithmicScale_areDistinct() {
    Parameter<Integer> h = space.logInt("h", 1, 8);
    Lattice grid = Lattice.grid(space, 7);
    assertThat(IntStream.range(0, 7).map(i -> grid.point(i).get(h)))
        .containsExactly(1, 2, 3, 4, 5, 6, 8);
    assertThat(IntStream.range(0, 4).map(i -> Lattice.grid(space, 4).point(i).get(h)))
        .containsExactly(1, 2, 3, 8);
  }
}
