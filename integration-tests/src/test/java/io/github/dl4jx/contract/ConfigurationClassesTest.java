package io.github.dl4jx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.distribution.Distribution;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.variational.ReconstructionDistribution;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.embeddings.EmbeddingInitializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.schedule.ISchedule;

/** The lists of what a saved configuration may name, against the classes that there are. */
class ConfigurationClassesTest {

  private static final String LIST = "META-INF/dl4jx/configuration-classes.txt";

  /** The types that Deeplearning4j stores by class name. */
  private static final List<Class<?>> TYPES =
      List.of(
          LayerConstraint.class,
          IWeightInit.class,
          EmbeddingInitializer.class,
          GraphVertex.class,
          IDropout.class,
          IWeightNoise.class,
          InputPreProcessor.class,
          ReconstructionDistribution.class,
          Layer.class,
          InputType.class,
          Distribution.class,
          ILossFunction.class,
          IActivation.class,
          ISchedule.class,
          IUpdater.class,
          Regularization.class);

  @Test
  void lists_areAllPublicClassesOfTheTypes() throws Exception {
    Set<String> expected = new TreeSet<>();
    List<Path> places = new ArrayList<>();
    List<URL> lists = Collections.list(getClass().getClassLoader().getResources(LIST));
    for (URL list : lists) {
      places.add(place(list, LIST));
    }
    for (Class<?> type : List.of(MultiLayerConfiguration.class, IUpdater.class)) {
      places.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }
    for (Path place : places) {
      Set<String> names = classes(place);
      assertThat(names).as(place.toString()).isNotEmpty();
      expected.addAll(names);
    }
    Set<String> listed = new TreeSet<>();
    int lines = 0;
    for (URL list : lists) {
      List<String> names = lines(list);
      lines += names.size();
      listed.addAll(names);
    }
    assertThat(lists).hasSize(4);
    assertThat(listed).isEqualTo(expected).hasSizeGreaterThan(230).hasSize(lines);
  }

  private static List<String> lines(URL list) throws IOException {
    URLConnection connection = list.openConnection();
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .collect(Collectors.toList());
    }
  }

  /** The folder or jar that a resource is in. */
  private static Path place(URL resource, String name) throws Exception {
    String text = resource.toString();
    String root = text.substring(0, text.length() - name.length());
    if (root.startsWith("jar:")) {
      root = root.substring("jar:".length(), root.length() - "!/".length());
    }
    return new File(new URL(root).toURI()).toPath();
  }

  private static Set<String> classes(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      return classesBelow(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return classesBelow(jar.getPath("/"));
    }
  }

  private static Set<String> classesBelow(Path root) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString().replace('/', '.').replace('\\', '.');
        if (name.endsWith(".class")) {
          String type = name.substring(0, name.length() - ".class".length());
          if (isPart(type)) {
            names.add(type);
          }
        }
      }
    }
    return names;
  }

  private static boolean isPart(String name) {
    try {
      Class<?> type = Class.forName(name, false, ConfigurationClassesTest.class.getClassLoader());
      int modifiers = type.getModifiers();
      return Modifier.isPublic(modifiers)
          && !Modifier.isAbstract(modifiers)
          && TYPES.stream().anyMatch(wanted -> wanted.isAssignableFrom(type));
    } catch (ClassNotFoundException | LinkageError e) {
      return false; // it needs what is not on the class path, so nothing can be made of it
    }
  }
}
