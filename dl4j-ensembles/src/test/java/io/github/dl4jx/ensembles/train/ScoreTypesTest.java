package io.github.dl4jx.ensembles.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.api.buffer.DataType.DOUBLE;
import static org.nd4j.linalg.api.buffer.DataType.FLOAT;
import static org.nd4j.linalg.api.buffer.DataType.FLOAT16;
import static org.nd4j.linalg.api.buffer.DataType.INT32;
import static org.nd4j.linalg.api.buffer.DataType.UINT8;

import io.github.dl4jx.ensembles.combine.GreedySelection;
import io.github.dl4jx.ensembles.combine.LeastSquaresWeights;
import io.github.dl4jx.ensembles.combine.LikelihoodWeights;
import io.github.dl4jx.ensembles.combine.OutputRows;
import io.github.dl4jx.ensembles.internal.MemberTraining;
import io.github.dl4jx.ensembles.train.TypedProblem.Labels;
import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.ensembles.uncertainty.ConformalSets;
import io.github.dl4jx.ensembles.uncertainty.ReliabilityDiagram;
import io.github.dl4jx.ensembles.uncertainty.RiskCoverage;
import io.github.dl4jx.ensembles.uncertainty.TemperatureScaling;
import io.github.dl4jx.ensembles.uncertainty.VectorScaling;
import io.github.dl4jx.training.TrainingData;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every score with every type of labels, probabilities and masks: as with FLOAT. */
class ScoreTypesTest {

  private static final Logger log = LoggerFactory.getLogger(ScoreTypesTest.class);

  private static final DataType[] LABELS = {FLOAT, DOUBLE, FLOAT16, INT32, UINT8};
  private static final DataType[] PROBABILITIES = {FLOAT, DOUBLE, FLOAT16};

  private enum Score {
    CLASSIFICATION_SCORES {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        ClassificationScores s = ClassificationScores.of(labels, p.get(0), mask, 15);
        return new double[] {s.accuracy(), s.nll(), s.brier(), s.aurc()};
      }
    },
    RELIABILITY {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        // one bin: in half precision a confidence may cross from one of several to the next
        return new double[] {
          ReliabilityDiagram.equalWidth(labels, p.get(0), mask, 1).expectedCalibrationError()
        };
      }
    },
    RISK_COVERAGE {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        return new double[] {RiskCoverage.of(labels, p.get(0), mask).area()};
      }
    },
    TEMPERATURE {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        return new double[] {TemperatureScaling.fit(labels, p.get(0), mask).temperature()};
      }
    },
    VECTOR {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        return VectorScaling.fit(labels, p.get(0), mask).weights();
      }
    },
    CONFORMAL {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        return new double[] {
          ConformalSets.coverage(0.8).fit(labels, p.get(0), mask).threshold(),
          ConformalSets.coverage(0.8).adaptive().fit(labels, p.get(0), mask).threshold()
        };
      }
    },
    LIKELIHOOD_WEIGHTS {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        return LikelihoodWeights.fit(labels, p, mask).weights();
      }
    },
    GREEDY_SELECTION {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        return GreedySelection.fit(labels, p, mask, 1).weights();
      }
    },
    LEAST_SQUARES_WEIGHTS {
      @Override
      double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask) {
        return LeastSquaresWeights.fit(labels, p, mask).weights();
      }
    };

    abstract double[] of(INDArray labels, List<INDArray> p, @Nullable INDArray mask);
  }

  /** Probabilities of a member that is right more often than not. */
  private static INDArray probabilities(INDArray labels, long seed) {
    Random random = new Random(seed);
    double[][] rows = OutputRows.of(labels, null);
    for (double[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        row[c] = 1.5 * row[c] + random.nextGaussian();
      }
      OutputRows.softmax(row);
    }
    INDArray p = Nd4j.create(DOUBLE, labels.shape());
    OutputRows.write(rows, p);
    return p;
  }

  @ParameterizedTest
  @EnumSource(Score.class)
  void score_anyTypes_isThatOfFloat(Score score) {
    int cases = 0;
    for (Labels kind : Labels.values()) {
      if (kind != Labels.SPARSE) {
        DataSet data = new TypedProblem(FLOAT, FLOAT, kind, FLOAT).data();
        INDArray mask = data.getLabelsMaskArray();
        List<INDArray> p =
            List.of(probabilities(data.getLabels(), 1), probabilities(data.getLabels(), 2));
        double[] expected = score.of(data.getLabels(), p, mask);
        for (DataType labels : LABELS) {
          for (DataType type : PROBABILITIES) {
            double[] actual =
                score.of(
                    data.getLabels().castTo(labels),
                    List.of(p.get(0).castTo(type), p.get(1).castTo(type)),
                    mask == null ? null : mask.castTo(labels));
            assertThat(actual)
                .as("%s, labels %s, probabilities %s", kind, labels, type)
                .containsExactly(expected, within(type == FLOAT16 ? 0.01 : 1e-4));
            cases++;
          }
        }
      }
    }
    DataSet sparse = new TypedProblem(FLOAT, FLOAT, Labels.SPARSE, FLOAT).data();
    INDArray p = Nd4j.ones(DOUBLE, TypedProblem.N, 3).divi(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> score.of(sparse.getLabels(), List.of(p, p), null))
        .withMessageContaining("one shape")
        .withMessageContaining("[48, 1]");
    log.info("{}: {} right, 1 refused: class indices", score, cases);
    assertThat(cases).isEqualTo(4 * 15);
  }

  private static OutOfBag outOfBag(Labels labels) {
    TypedProblem problem = new TypedProblem(FLOAT, FLOAT, labels, FLOAT);
    Bagging bagging = Bagging.of(problem.classifier()).members(2).build();
    TrainingData data = TrainingData.of(problem.data(), TypedProblem.BATCH);
    return bagging.outOfBag(bagging.fit(data, 2), data);
  }

  /** Whether what counts is right, by hand: every step of a sequence that is not masked. */
  @ParameterizedTest
  @EnumSource(names = "SPARSE", mode = EnumSource.Mode.EXCLUDE)
  void outOfBag_scores_areOfWhatTheMaskLeaves(Labels kind) {
    OutOfBag outOfBag = outOfBag(kind);
    INDArray p = outOfBag.predictions();
    INDArray y = outOfBag.labels();
    @Nullable INDArray mask = outOfBag.labelsMask();
    assertThat(mask == null).isEqualTo(!kind.masked());
    int n = outOfBag.rows().length;
    int steps = (int) (p.length() / n / 3);
    INDArray p3 = p.reshape(n, 3, steps);
    INDArray y3 = y.reshape(n, 3, steps);
    int counted = 0;
    int right = 0;
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < steps; t++) {
        if (mask == null || mask.getDouble(i, t) == 1) {
          counted++;
          int best = 0;
          for (int c = 1; c < 3; c++) {
            best = p3.getDouble(i, c, t) > p3.getDouble(i, best, t) ? c : best;
          }
          right += y3.getDouble(i, best, t) == 1 ? 1 : 0;
        }
      }
    }
    assertThat(counted).isEqualTo(mask == null ? n * steps : mask.sumNumber().intValue());
    assertThat(outOfBag.scores().accuracy()).isCloseTo(right / (double) counted, within(1e-12));
  }

  /** The losses are the same, and so are the members. */
  @Test
  void outOfBag_classIndices_areScoredAsOneHotLabels() {
    OutOfBag sparse = outOfBag(Labels.SPARSE);
    OutOfBag oneHot = outOfBag(Labels.ONE_HOT);
    assertThat(sparse.labels().shape()).containsExactly(sparse.rows().length, 1);
    assertThat(sparse.scores().accuracy()).isEqualTo(oneHot.scores().accuracy());
    assertThat(sparse.scores().nll()).isCloseTo(oneHot.scores().nll(), within(1e-5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassIndices.oneHot(Nd4j.createFromArray(new double[][] {{1.5}}), 3))
        .withMessage("class indices must be whole numbers in [0, 3), got 1.5");
  }

  @Test
  void checkFinite_manyWeightsInHalf_areFinite() {
    TypedProblem problem = new TypedProblem(FLOAT16, FLOAT, Labels.ONE_HOT, FLOAT);
    MultiLayerNetwork net = new MultiLayerNetwork(problem.classifier());
    net.init();
    net.params().assign(20_000); // their norm is above 65,504
    MemberTraining.checkFinite(net);
  }
}
