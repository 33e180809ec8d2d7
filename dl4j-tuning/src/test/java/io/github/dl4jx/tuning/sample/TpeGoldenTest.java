package io.github.dl4jx.tuning.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * What the estimator suggests when no trial is running, recorded when its quality was measured: a
 * faster way to the same densities must not change a bit, or searches that are resumed would.
 */
class TpeGoldenTest {

  private static final Sampler TPE = Tpe.builder().build();

  private static SearchSpace mixed() {
    SearchSpace space = new SearchSpace();
    space.logUniform("rate", 1e-4, 1);
    space.logInt("hidden", 16, 512);
    Parameter<String> updater = space.choice("updater", "adam", "sgd", "lion");
    space.integer("layers", 1, 9);
    space.quantized("dropout", 0, 1, 0.1);
    space.uniform("momentum", 0.5, 0.99).when(updater, "sgd", "lion");
    space.bool("bias");
    space.integer("batch", 1, 3).when(updater, "sgd");
    space.logInt("width", 1, 100_000);
    space.choice("one", "option");
    return space.complete();
  }

  private static SearchSpace uniform() {
    SearchSpace space = new SearchSpace();
    for (int i = 0; i < 10; i++) {
      space.uniform("x" + i, -5, 5);
    }
    return space.complete();
  }

  private static String crc(SearchSpace space, Sampler sampler, int trials) {
    List<Trial> list = new ArrayList<>();
    CRC32C crc = new CRC32C();
    for (int i = 0; i < trials; i++) {
      History history = new History(space, true, list);
      Trial trial = Trial.begin(i, sampler.suggest(history, i, 5).orElseThrow());
      double score = i % 17 == 3 ? Double.NaN : 0;
      for (int j = 0; j < space.parameters().size(); j++) {
        double x = trial.point().coordinate(j);
        score += Double.isNaN(x) ? 1 : x * x;
      }
      trial = trial.scored(1, score);
      list.add(trial.state() == Trial.State.FAILED ? trial : trial.in(Trial.State.FINISHED));
      crc.update(trial.point().toString().getBytes(StandardCharsets.UTF_8));
    }
    return String.format("%08x", crc.getValue());
  }

  @Test
  void mixedSpace_hasTheRecordedPoints() {
    assertThat(crc(mixed(), TPE, 400)).isEqualTo("d482c442");
  }

  @Test
  void uniformSpace_hasTheRecordedPoints() {
    assertThat(crc(uniform(), TPE, 300)).isEqualTo("b1c30395");
  }

  @Test
  void bohb_hasTheRecordedPoints() {
    assertThat(crc(mixed(), Bohb.builder().build(), 200)).isEqualTo("d41c7962");
  }
}
