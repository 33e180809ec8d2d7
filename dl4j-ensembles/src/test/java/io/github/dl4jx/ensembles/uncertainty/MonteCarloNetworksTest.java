package io.github.dl4jx.ensembles.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.preprocessor.BaseInputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** All vertices and preprocessors of Deeplearning4j, against its own outputs. */
class MonteCarloNetworksTest {

  private static final int CASES = 54;
  private static final int COPIES = 100;
  private static final int PASSES = 8;
  private static final int ONE_BY_ONE = 300;

  static Stream<NetworkCase> cases() {
    return Stream.concat(VertexCases.all().stream(), LayerCases.all().stream());
  }

  private static Set<String> classesOfDeeplearning4j(Class<?> base, String... packages)
      throws IOException {
    Set<String> names = new TreeSet<>();
    File jar = new File(base.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (JarFile file = new JarFile(jar)) {
      file.stream()
          .map(entry -> entry.getName().replace('/', '.'))
          .filter(name -> name.endsWith(".class") && Stream.of(packages).anyMatch(name::startsWith))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .filter(name -> isConcrete(base, name))
          .forEach(names::add);
    }
    return names;
  }

  private static boolean isConcrete(Class<?> base, String name) {
    try {
      Class<?> type = Class.forName(name, false, base.getClassLoader());
      return base.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> used(boolean preProcessors) {
    List<Object> parts = new ArrayList<>();
    cases()
        .map(c -> c.network(new Dropout(0.5), new Dropout(0.5)))
        .forEach(
            network -> {
              if (network instanceof MultiLayerNetwork net) {
                parts.addAll(net.getLayerWiseConfigurations().getInputPreProcessors().values());
                return;
              }
              ComputationGraphConfiguration conf = ((ComputationGraph) network).getConfiguration();
              for (GraphVertex vertex : conf.getVertices().values()) {
                parts.add(vertex);
                if (vertex instanceof LayerVertex layer && layer.getPreProcessor() != null) {
                  parts.add(layer.getPreProcessor());
                } else if (vertex instanceof PreprocessorVertex alone) {
                  parts.add(alone.getPreProcessor());
                }
              }
            });
    return parts.stream()
        .filter(part -> (part instanceof InputPreProcessor) == preProcessors)
        .map(part -> part.getClass().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void cases_all_haveEveryVertexAndPreprocessor() throws IOException {
    Set<String> vertices =
        classesOfDeeplearning4j(GraphVertex.class, "org.deeplearning4j.nn.conf.graph.");
    Set<String> preProcessors =
        classesOfDeeplearning4j(
            InputPreProcessor.class,
            "org.deeplearning4j.nn.conf.preprocessor.",
            "org.deeplearning4j.preprocessors.");
    assertThat(vertices).hasSize(18);
    assertThat(preProcessors).hasSize(12).doesNotContain(BaseInputPreProcessor.class.getName());
    assertThat(used(false)).containsAll(vertices);
    assertThat(used(true)).containsAll(preProcessors);
    assertThat(cases()).hasSize(CASES);
  }

  /** With p = 1 every sample must be the output at test time, wherever the first dropout is. */
  @ParameterizedTest
  @MethodSource("cases")
  void predict_allRetained_isTheOutputAtTestTime(NetworkCase c) {
    for (Dropout before : new Dropout[] {new Dropout(1), null}) {
      Model network = c.network(before, new Dropout(1));
      MonteCarloDropout dropout = MonteCarloDropout.of(network).samples(4).seed(1).build();
      assertTestOutput(network, dropout, c.features, c.masks());
      if (c.anyBatch) {
        assertTestOutput(network, dropout, c.lastOf(c.features), c.lastOf(c.masks()));
      }
    }
  }

  private static void assertTestOutput(
      Model network, MonteCarloDropout dropout, INDArray[] x, INDArray[] masks) {
    INDArray[] expected = NetworkCase.outputs(network, false, NetworkCase.repeated(x, 1), masks);
    List<UncertainPrediction> predictions = dropout.predict(x, masks);
    assertThat(predictions).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], predictions.get(i));
    }
  }

  private static void assertEquals(INDArray expected, UncertainPrediction prediction) {
    for (int t = 0; t < prediction.samples().size(0); t++) {
      INDArray sample = prediction.samples().slice(t);
      assertThat(sample.shape()).isEqualTo(expected.shape());
      assertThat(sample.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-6);
    }
    assertThat(prediction.standardDeviation().amaxNumber().doubleValue()).isLessThan(1e-6);
  }

  /**
   * Means and second moments of 800 samples, or 300, are those of as many outputs in training mode.
   * 6.5 standard errors of the difference, and 1e-6 for rounding: 8e-11 for each of less than 3,000
   * comparisons, 3e-7 for all.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void predict_halfRetained_isDistributedAsTheOutputInTraining(NetworkCase c) {
    Model network = c.network(new Dropout(0.5), new Dropout(0.5));
    int copies = c.anyBatch ? COPIES : 1;
    int passes = c.anyBatch ? PASSES : ONE_BY_ONE;
    int n = copies * passes;
    List<UncertainPrediction> predictions =
        MonteCarloDropout.of(network).samples(n).seed(5).build().predict(c.features, c.masks());
    Nd4j.getRandom().setSeed(6);
    INDArray[] x = NetworkCase.repeated(c.features, copies);
    INDArray[] masks = NetworkCase.repeated(c.masks(), copies);
    double[][][] sums = new double[predictions.size()][][];
    for (int pass = 0; pass < passes; pass++) {
      INDArray[] outputs = NetworkCase.outputs(network, true, x, masks);
      for (int i = 0; i < outputs.length; i++) {
        sums[i] = add(sums[i], outputs[i], copies);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      INDArray samples = predictions.get(i).samples();
      double[][] ours = add(null, samples, n);
      double[] spread = new double[ours.length];
      for (int j = 0; j < ours.length; j++) {
        assertClose(sums[i][j], ours[j], n, 0);
        assertClose(sums[i][j], ours[j], n, 1);
        spread[j] = ours[j][1] / n - Math.pow(ours[j][0] / n, 2);
      }
      // masked steps may be constant
      assertThat(Arrays.stream(spread).max().orElseThrow()).isGreaterThan(1e-5);
    }
  }

  /** Sums of the first four powers of each of the numbers that there are several copies of. */
  private static double[][] add(double[][] sums, INDArray array, int copies) {
    double[] all = array.dup('c').reshape('c', new long[] {array.length()}).toDoubleVector();
    int each = all.length / copies;
    double[][] result = sums == null ? new double[each][4] : sums;
    for (int i = 0; i < all.length; i++) {
      double power = 1;
      for (int k = 0; k < 4; k++) {
        power *= all[i];
        result[i % each][k] += power;
      }
    }
    return result;
  }

  /** Compares means of the given power, less 1, of two samples of one size. */
  private static void assertClose(double[] theirs, double[] ours, int n, int k) {
    double variance = 0;
    for (double[] sums : List.of(theirs, ours)) {
      double mean = sums[k] / n;
      variance += Math.max(0, sums[2 * k + 1] / n - mean * mean) / n;
    }
    assertThat(ours[k] / n).isCloseTo(theirs[k] / n, within(6.5 * Math.sqrt(variance) + 1e-6));
  }

  @Test
  void predict_maskedAndThenNot_forgetsTheMasks() {
    Collection<NetworkCase> masked = cases().filter(c -> c.masked).toList();
    assertThat(masked).hasSize(12);
    for (NetworkCase c : masked) {
      Model network = c.network(new Dropout(1), new Dropout(1));
      MonteCarloDropout dropout = MonteCarloDropout.of(network).samples(3).seed(1).build();
      dropout.predict(c.features, c.masks());
      List<UncertainPrediction> predictions = dropout.predict(c.features, null);
      Model fresh = c.network(new Dropout(1), new Dropout(1));
      INDArray[] expected = NetworkCase.outputs(fresh, false, c.features, null);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], predictions.get(i));
      }
    }
  }
}
