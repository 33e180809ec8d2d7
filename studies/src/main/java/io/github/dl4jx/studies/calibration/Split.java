package io.github.dl4jx.studies.calibration;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.ensembles.uncertainty.ConformalSets;
import io.github.dl4jx.ensembles.uncertainty.IsotonicCalibration;
import io.github.dl4jx.ensembles.uncertainty.PredictionSets;
import io.github.dl4jx.ensembles.uncertainty.TemperatureScaling;
import io.github.dl4jx.ensembles.uncertainty.VectorScaling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A random half of the test examples, to which methods are fitted, and the other one. */
final class Split {

  static final double COVERAGE = 0.9;
  static final String NONE = "none";
  static final String NLL = "NLL";
  static final String ECE = "ECE";
  static final String CLASS_WISE = "class-wise ECE";
  static final String COVERED = "coverage";
  static final String SIZE = "set size";

  private final INDArray fitLabels;
  private final INDArray fitted;
  private final INDArray labels;
  private final INDArray probabilities;
  private final long seed;

  Split(INDArray labels, INDArray probabilities, long seed) {
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < labels.size(0); i++) {
      rows.add(i);
    }
    Collections.shuffle(rows, new Random(seed));
    int half = rows.size() / 2;
    int[] first = rows.subList(0, half).stream().mapToInt(i -> i).toArray();
    int[] second = rows.subList(half, rows.size()).stream().mapToInt(i -> i).toArray();
    this.fitLabels = labels.getRows(first);
    this.fitted = probabilities.getRows(first);
    this.labels = labels.getRows(second);
    this.probabilities = probabilities.getRows(second);
    this.seed = seed;
  }

  /** The measures of every method on the second half, by method and measure. */
  Map<String, Map<String, Double>> measures() {
    Map<String, Map<String, Double>> all = new LinkedHashMap<>();
    all.put(NONE, scores(probabilities));
    all.put(
        "temperature scaling",
        scores(TemperatureScaling.fit(fitLabels, fitted).apply(probabilities)));
    all.put("vector scaling", scores(VectorScaling.fit(fitLabels, fitted).apply(probabilities)));
    all.put(
        "isotonic regression",
        scores(IsotonicCalibration.fit(fitLabels, fitted).apply(probabilities)));
    all.put("plain sets", sets(ConformalSets.coverage(COVERAGE)));
    all.put("adaptive sets", sets(ConformalSets.coverage(COVERAGE).adaptive()));
    all.put("regularized sets", sets(ConformalSets.coverage(COVERAGE).regularized(0.05, 1)));
    return all;
  }

  private Map<String, Double> scores(INDArray calibrated) {
    ClassificationScores scores = ClassificationScores.of(labels, calibrated);
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put(NLL, scores.nll());
    measures.put(ECE, scores.ece());
    measures.put(CLASS_WISE, scores.classWiseEce());
    return measures;
  }

  private Map<String, Double> sets(ConformalSets.Builder builder) {
    PredictionSets sets = builder.seed(seed).fit(fitLabels, fitted).predict(probabilities);
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put(COVERED, sets.coverage(labels));
    measures.put(SIZE, sets.meanSize());
    return measures;
  }
}
