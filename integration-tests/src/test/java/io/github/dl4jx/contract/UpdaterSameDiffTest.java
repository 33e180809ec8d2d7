package io.github.dl4jx.contract;

import static io.github.dl4jx.contract.UpdaterRow.Rule.LOSS_FALLS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** Every updater in SameDiff, where each variable is a block of its own shape. */
class UpdaterSameDiffTest {

  private static final String UPDATERS = "io.github.dl4jx.contract.UpdaterContractTest#updaters";
  private static final List<String> VARIABLES = List.of("w", "b");

  @TempDir File folder;

  /** A linear classifier: a matrix and a vector. */
  private static SameDiff classifier(IUpdater updater) {
    Nd4j.getRandom().setSeed(5);
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.FLOAT, -1, 6);
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, 3);
    SDVariable w = sd.var("w", Nd4j.randn(DataType.FLOAT, 6, 3).muli(0.3));
    SDVariable b = sd.var("b", Nd4j.zeros(DataType.FLOAT, 3));
    SDVariable logits = in.mmul(w).add("logits", b);
    SDVariable likelihood = labels.mul(sd.nn().logSoftmax(logits)).sum(1).mean();
    sd.math().neg("loss", likelihood);
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(updater)
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("labels")
            .build());
    return sd;
  }

  /** One call a step: iterations are counted across calls, the epoch stays 0. */
  private static void fit(SameDiff sd, int steps) {
    DataSet batch = Networks.batch(0, DataType.FLOAT);
    for (int step = 0; step < steps; step++) {
      sd.fit(batch);
    }
  }

  private static double loss(SameDiff sd) {
    DataSet batch = Networks.batch(0, DataType.FLOAT);
    return sd.output(Map.of("in", batch.getFeatures(), "labels", batch.getLabels()), "loss")
        .get("loss")
        .getDouble(0);
  }

  private static void assertSameVariables(SameDiff actual, SameDiff expected) {
    for (String name : VARIABLES) {
      assertThat(actual.getVariable(name).getArr()).isEqualTo(expected.getVariable(name).getArr());
    }
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void fit_twentySteps_isFiniteAndMoves(UpdaterRow row) {
    SameDiff sd = classifier(row.updater());
    fit(sd, 20);
    SameDiff start = classifier(row.updater());
    for (String name : VARIABLES) {
      for (double value : sd.getVariable(name).getArr().dup().data().asDouble()) {
        assertThat(value).isFinite();
      }
      assertThat(sd.getVariable(name).getArr()).isNotEqualTo(start.getVariable(name).getArr());
    }
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void fit_twentySteps_lossFalls(UpdaterRow row) {
    row.assume(LOSS_FALLS);
    SameDiff sd = classifier(row.updater());
    double before = loss(sd);
    fit(sd, 20);
    assertThat(loss(sd)).isLessThan(before);
  }

  @ParameterizedTest
  @MethodSource(UPDATERS)
  void savedInMidTraining_goesOnToTheSameValues(UpdaterRow row) {
    assertGoesOn(row.updater());
  }

  /** The yardstick: Deeplearning4j's own updater can. */
  @Test
  void savedInMidTraining_adam_goesOnToTheSameValues() {
    assertGoesOn(new Adam(0.01));
  }

  private void assertGoesOn(IUpdater updater) {
    SameDiff sd = classifier(updater);
    fit(sd, 10);
    File file = new File(folder, "classifier.fb");
    sd.save(file, true);
    SameDiff loaded = SameDiff.load(file, true);
    assertThat(loaded.getTrainingConfig().getUpdater()).isEqualTo(updater);
    assertSameVariables(loaded, sd);
    fit(sd, 10);
    fit(loaded, 10);
    assertSameVariables(loaded, sd);
  }
}
