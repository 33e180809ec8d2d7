package io.github.dl4jx.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.resume.Training;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.updaters.Lion;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every public constructor, factory, setter and method of the published modules is called with bad
 * values, one at a time: each must be refused by an exception of ours that names the parameter, and
 * must leave everything as it was, or be in the lists of {@link Exemptions}.
 *
 * <p>What is found by reflection joins by itself; it needs a good value of each type ({@link
 * CoreTables}).
 */
class ArgumentsTest {

  /** What training may end with, after it has been done. */
  private static final String DIVERGED =
      "left changed after java.lang.IllegalStateException: the parameters are not finite .*";

  private static final int LEAST_CALLS = 4_700;

  @TempDir static Path root;

  private static final Good GOOD = CoreTables.all();

  @ParameterizedTest
  @ValueSource(
      classes = {
        Seeds.class,
        InvertedDropout.class,
        Lion.class,
        Training.class,
        Ensemble.class,
        SearchSpace.class
      })
  void goodValues_areTaken(Class<?> ofModule) {
    Calls good = new Calls(GOOD, root);
    List<String> refused = new ArrayList<>();
    for (PublicApi.Callable callable : callables(ofModule)) {
      Throwable thrown = good.good(callable).thrown();
      if (thrown != null) {
        refused.add(callable.id() + " -> " + thrown);
      }
    }
    assertThat(refused).isEmpty();
  }

  @Test
  void badValues_areRefusedByName() {
    Calls bad = new Calls(GOOD, root);
    List<String> failures = new ArrayList<>();
    for (Class<?> module :
        List.of(
            Seeds.class,
            InvertedDropout.class,
            Lion.class,
            Training.class,
            Ensemble.class,
            SearchSpace.class)) {
      callables(module).forEach(callable -> call(bad, callable, failures));
    }
    System.out.println("Calls with bad arguments: " + bad.count());
    assertThat(failures).as("not refused as they should be").isEmpty();
    assertThat(Exemptions.unused()).as("exemptions that nothing needs").isEmpty();
    assertThat(bad.count()).isGreaterThan(LEAST_CALLS);
  }

  private static List<PublicApi.Callable> callables(Class<?> ofModule) {
    return PublicApi.ofModule(ofModule).stream()
        .filter(callable -> Exemptions.isCalled(callable.id() + " "))
        .collect(Collectors.toList());
  }

  private static void call(Calls bad, PublicApi.Callable callable, List<String> failures) {
    Parameter[] parameters = callable.executable().getParameters();
    for (int i = 0; i < parameters.length; i++) {
      Object good = GOOD.valueOf(callable, parameters[i], new World(root));
      for (Bad.Value value : Bad.of(parameters[i], good)) {
        String call = callable.id() + " " + parameters[i].getName() + "=" + value.name();
        if (!Exemptions.isCalled(call)) {
          continue;
        }
        String verdict = Verdict.of(callable, parameters[i], value, bad.bad(callable, i, value));
        if (verdict == null
            || (verdict.matches("accepted|does not show the value.*|" + DIVERGED)
                && Exemptions.mayBeAccepted(call))) {
          continue;
        }
        failures.add(call + " -> " + verdict);
      }
    }
  }
}
