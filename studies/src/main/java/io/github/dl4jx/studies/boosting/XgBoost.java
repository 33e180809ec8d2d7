package io.github.dl4jx.studies.boosting;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Boosted trees by XGBoost with its default settings, one tree for each class and round. */
final class XgBoost {

  private static final float MISSING = Float.NaN;

  private XgBoost() {}

  /**
   * The class probabilities of the test data by the number of rounds.
   *
   * @param train with one-hot labels
   * @param test of the same columns
   * @param points how many
   * @param rounds between two points
   * @param seed of the training
   */
  static List<INDArray> stages(DataSet train, DataSet test, int points, int rounds, long seed) {
    try {
      DMatrix learned = matrix(train);
      learned.setLabel(train.getLabels().argMax(1).toFloatVector());
      DMatrix asked = matrix(test);
      Map<String, Object> settings =
          Map.of(
              "objective",
              "multi:softprob",
              "num_class",
              (int) train.getLabels().size(1),
              "nthread",
              1,
              "seed",
              seed);
      Booster booster = XGBoost.train(learned, settings, points * rounds, Map.of(), null, null);
      List<INDArray> stages = new ArrayList<>();
      for (int point = 1; point <= points; point++) {
        stages.add(Nd4j.createFromArray(booster.predict(asked, false, point * rounds)));
      }
      booster.dispose();
      learned.dispose();
      asked.dispose();
      return stages;
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost failed: " + e.getMessage(), e);
    }
  }

  private static DMatrix matrix(DataSet data) throws XGBoostError {
    INDArray features = data.getFeatures();
    return new DMatrix(
        features.dup('c').data().asFloat(),
        (int) features.size(0),
        (int) features.size(1),
        MISSING);
  }
}
