package io.github.dl4jx.arguments;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.training.TrainingData;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** What cannot be looked at before training: {@code fit} names it, and the member. */
class ArgumentsAtFitTest {

  private static void assertNamed(Bagging.Builder bagging, String message) {
    assertNamed(bagging, TrainingData.of(World.examples(), 4), message);
  }

  private static void assertNamed(Bagging.Builder bagging, TrainingData data, String message) {
    assertThatIllegalStateException()
        .isThrownBy(() -> bagging.members(1).build().fit(data, 1))
        .withMessageContaining("member 1")
        .withMessageContaining(message);
  }

  private static Bagging.Builder bagging() {
    return Bagging.of(World.configuration());
  }

  private static DataSetIterator iterator(DataSet data) {
    return new ExistingDataSetIterator(List.of(data));
  }

  private static DataSet examples(String kind) {
    return switch (kind) {
      case "wide" -> new DataSet(Nd4j.ones(DataType.FLOAT, World.EXAMPLES, 7), World.labels());
      case "unlabelled" -> new DataSet(World.features(), null);
      case "featureless" -> new DataSet(null, World.labels());
      case "other labels" ->
          new DataSet(World.features(), Nd4j.ones(DataType.FLOAT, World.EXAMPLES, 5));
      case "NaN" -> new DataSet(Bad.naN(World.features()), World.labels());
      default -> throw new IllegalArgumentException(kind);
    };
  }

  @Test
  void memberListeners_givingNull_isNamed() {
    assertNamed(bagging().memberListeners(member -> null), "memberListeners give must not be null");
  }

  @Test
  void stream_ofNoIterator_isNamed() {
    assertNamed(bagging(), TrainingData.streaming(() -> null), "source must not give null");
  }

  @ParameterizedTest
  @CsvSource({
    "unlabelled, data must have labels",
    "featureless, data must have features",
    "wide, data must fit the network",
    "other labels, Labels and preOutput must have equal shapes",
    "NaN, the parameters are not finite",
  })
  void stream_ofBadBatches_isNamed(String kind, String message) {
    TrainingData data = TrainingData.streaming(() -> iterator(examples(kind)));
    assertNamed(bagging(), data, message);
    assertThatIllegalStateException()
        .isThrownBy(() -> DeepEnsemble.of(World.configuration()).members(1).build().fit(data, 1))
        .withMessageContaining("member 1")
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "wide, data must fit the network",
    "other labels, Labels and preOutput must have equal shapes",
    "NaN, the validation score was not finite",
  })
  void earlyStopping_onBadExamples_isNamed(String kind, String message) {
    assertNamed(bagging().earlyStopping(iterator(examples(kind)), 1), message);
  }
}
