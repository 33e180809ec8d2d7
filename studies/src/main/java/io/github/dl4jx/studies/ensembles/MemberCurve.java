package io.github.dl4jx.studies.ensembles;

import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.studies.log.CurvePoint;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The curve of an ensemble over its number of members: the first, the first two, and so on. */
public final class MemberCurve {

  /**
   * What a point of the curve needs besides its members.
   *
   * @param data label of the data
   * @param network what the members are
   * @param labels of the test data
   * @param members how many points the curve has
   */
  public record Setting(String data, String network, INDArray labels, int members) {

    CurvePoint point(String curve, long seed, int members, INDArray probabilities) {
      ClassificationScores scores = ClassificationScores.of(labels, probabilities);
      return CurvePoint.of(data, network, seed, members, curve, false, scores);
    }
  }

  private MemberCurve() {}

  /**
   * The curve. An ensemble that has ended with fewer members stays as it is.
   *
   * @param outputs of the members on the test data, in the order of the members
   * @param rule of all of them
   */
  public static List<CurvePoint> of(
      Setting setting, String curve, long seed, List<INDArray> outputs, CombinationRule rule) {
    List<INDArray> stages = new ArrayList<>();
    for (int n = 1; n <= outputs.size(); n++) {
      stages.add(rule.first(n).combine(outputs.subList(0, n)));
    }
    return of(setting, curve, seed, stages);
  }

  /**
   * The curve of what the first, the first two, .. members say. An ensemble that has ended with
   * fewer members stays as it is.
   *
   * @param stages class probabilities of the test data
   */
  public static List<CurvePoint> of(
      Setting setting, String curve, long seed, List<INDArray> stages) {
    List<CurvePoint> points = new ArrayList<>();
    for (int n = 1; n <= setting.members(); n++) {
      INDArray said = stages.get(Math.min(n, stages.size()) - 1);
      points.add(setting.point(curve, seed, n, said));
    }
    return points;
  }
}
