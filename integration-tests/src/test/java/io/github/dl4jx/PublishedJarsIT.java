package io.github.dl4jx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.spark.SparkTraining;
import io.github.dl4jx.training.resume.Training;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.updaters.SignSgd;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The jars on a module path. */
class PublishedJarsIT {

  private static final List<Class<?>> ONE_OF_EACH =
      List.of(
          Seeds.class,
          InvertedDropout.class,
          SignSgd.class,
          Training.class,
          Ensemble.class,
          SearchSpace.class,
          SparkTraining.class);

  @Test
  void jars_onAModulePath_haveFixedNamesAndNoPackageInTwo() {
    List<ModuleDescriptor> modules =
        ModuleFinder.of(ONE_OF_EACH.stream().map(PublishedJarsIT::jar).toArray(Path[]::new))
            .findAll()
            .stream()
            .map(ModuleReference::descriptor)
            .collect(Collectors.toList());

    assertThat(modules)
        .extracting(ModuleDescriptor::name)
        .containsExactlyInAnyOrder(
            "io.github.dl4jx.random",
            "io.github.dl4jx.regularizers",
            "io.github.dl4jx.updaters",
            "io.github.dl4jx.training",
            "io.github.dl4jx.ensembles",
            "io.github.dl4jx.tuning",
            "io.github.dl4jx.spark");
    assertThat(modules).allMatch(ModuleDescriptor::isAutomatic);
    assertThat(modules.stream().flatMap(module -> module.packages().stream()))
        .doesNotHaveDuplicates();
  }

  private static Path jar(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
