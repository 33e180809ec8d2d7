package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nd4j.linalg.api.buffer.DataType.DOUBLE;
import static org.nd4j.linalg.api.buffer.DataType.FLOAT;
import static org.nd4j.linalg.api.buffer.DataType.FLOAT16;
import static org.nd4j.linalg.api.buffer.DataType.INT32;
import static org.nd4j.linalg.api.buffer.DataType.UINT8;

import io.github.dl4jx.ensembles.train.TypedProblem.Labels;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every trainer with every type of network, features and labels, and every kind of labels: as with
 * FLOAT, or refused by name.
 */
class DataTypesTest {

  private static final Logger log = LoggerFactory.getLogger(DataTypesTest.class);

  private static final DataType[] NETWORKS = {FLOAT, DOUBLE, FLOAT16};
  private static final DataType[] FEATURES = {FLOAT, DOUBLE, INT32, UINT8};
  private static final DataType[] LABEL_TYPES = {DOUBLE, FLOAT16, INT32, UINT8};
  private static final Labels[] KINDS = {
    Labels.ONE_HOT, Labels.SPARSE, Labels.MASKED, Labels.MASKED_SEQUENCE
  };

  /** With FLOAT everything; who guesses is right in a third of all cases. */
  private static final double LEAST_ACCURACY = 0.7;

  /** What accuracy may differ from that with FLOAT everything: other labels, other networks. */
  private static final double ACCURACY_TOLERANCE = 0.1;

  @TempDir File folder;

  private double accuracyWithFloat;
  private int right;
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Integer> refused = new TreeMap<>();

  /** Features and labels are the same numbers in every type: only sums in HALF may differ. */
  private static double tolerance(DataType network) {
    return network == FLOAT16 ? 0.02 : 1e-5;
  }

  @ParameterizedTest
  @EnumSource(TrainerRow.class)
  void fit_anyTypes_isAsWithFloatOrRefusedByName(TrainerRow row) {
    for (DataType network : NETWORKS) {
      for (Labels labels : KINDS) {
        INDArray reference = null;
        for (DataType features : FEATURES) {
          reference = fit(row, new TypedProblem(network, features, labels, FLOAT), reference);
        }
        for (DataType type : labels == Labels.ONE_HOT ? LABEL_TYPES : new DataType[0]) {
          fit(row, new TypedProblem(network, FLOAT, labels, type), reference);
        }
      }
    }
    int refusals = refused.values().stream().mapToInt(Integer::intValue).sum();
    log.info("{}: {} right, {} wrong, {} refused {}", row, right, wrong.size(), refusals, refused);
    assertThat(wrong).isEmpty();
    assertThat(accuracyWithFloat).isGreaterThan(LEAST_ACCURACY);
    // 3 networks x (4 types of features x 4 kinds of labels + 4 more types of one-hot labels)
    assertThat(right).isEqualTo(row.anyLabels ? 60 : 24);
    assertThat(refusals).isEqualTo(row.anyLabels ? 0 : 36);
    assertThat(refused.keySet()).allMatch(row::names);
  }

  private INDArray fit(TrainerRow row, TypedProblem problem, INDArray reference) {
    try {
      INDArray output = row.fit(problem, new File(folder, problem.toString().replace(", ", "-")));
      INDArray expected = reference == null ? output : reference;
      double accuracy = problem.accuracy(output);
      double difference = TypedProblem.largestDifference(output, expected);
      accuracyWithFloat = accuracyWithFloat == 0 ? accuracy : accuracyWithFloat; // of the first
      if (output.dataType() == problem.network
          && accuracy >= accuracyWithFloat - ACCURACY_TOLERANCE
          && difference <= tolerance(problem.network)) {
        right++;
      } else {
        wrong.add(
            String.format(
                "%s: output of %s, accuracy %.2f, difference from FLOAT %.6f",
                problem, output.dataType(), accuracy, difference));
      }
      return expected;
    } catch (IllegalArgumentException e) {
      refused.merge(problem.labels + ": " + e.getMessage(), 1, Integer::sum);
    } catch (RuntimeException | IOException e) {
      wrong.add(problem + ": " + e);
    }
    return reference;
  }
}
