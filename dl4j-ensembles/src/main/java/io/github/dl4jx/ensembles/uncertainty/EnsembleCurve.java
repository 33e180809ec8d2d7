package io.github.dl4jx.ensembles.uncertainty;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.combine.AdditiveScores;
import io.github.dl4jx.ensembles.combine.CombinationRule;
import io.github.dl4jx.random.internal.Arguments;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartBuilder;
import io.github.dl4jx.training.chart.ChartGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An ensemble's members against the ensemble: the scores of each member alone, and of the first
 * one, the first two, and so on together.
 *
 * <pre>{@code
 * together(k) = scores of rule.first(k).combine(outputs 1..k)
 * alone(k)    = scores of output k
 * }</pre>
 *
 * <p>Where the curve has become flat, further members are not worth their cost. The members of
 * gradient boosting are no classifiers: they have no scores of their own.
 *
 * <pre>{@code
 * EnsembleCurve curve = EnsembleCurve.of(ensemble, features, labels);
 * curve.chart().writeSvg(Path.of("members.svg"));
 * double gain = curve.together().get(9).accuracy() - curve.alone().get(0).accuracy();
 * }</pre>
 */
public final class EnsembleCurve {

  private final List<ClassificationScores> together;
  private final List<ClassificationScores> alone;

  private EnsembleCurve(
      CombinationRule rule, List<INDArray> outputs, INDArray labels, @Nullable INDArray mask) {
    List<ClassificationScores> combined = new ArrayList<>();
    for (int k = 1; k <= outputs.size(); k++) {
      try (INDArray first = rule.first(k).combine(outputs.subList(0, k))) {
        combined.add(scores(labels, first, mask));
      }
    }
    together = List.copyOf(combined);
    List<ClassificationScores> single = new ArrayList<>();
    if (!(rule instanceof AdditiveScores)) {
      outputs.forEach(output -> single.add(scores(labels, output, mask)));
    }
    alone = List.copyOf(single);
  }

  private static ClassificationScores scores(
      INDArray labels, INDArray probabilities, @Nullable INDArray mask) {
    return ClassificationScores.of(labels, probabilities, mask, ClassificationScores.BINS);
  }

  /**
   * The curve of an ensemble.
   *
   * @param ensemble of classifiers
   * @param features of examples that it was not trained on
   * @param labels one-hot, of the output's shape
   * @return the curve
   * @throws IllegalArgumentException if the shapes do not fit the ensemble, labels are not one-hot,
   *     outputs do not sum to 1, or the first member has weight 0: leave such members out
   */
  public static EnsembleCurve of(Ensemble ensemble, INDArray features, INDArray labels) {
    Arguments.notNull("ensemble", ensemble);
    return of(ensemble.rule(), ensemble.memberOutputs(features, null), labels, null);
  }

  /**
   * The curve of outputs that are there already.
   *
   * @param rule that combines all of them
   * @param outputs of the members, in their order
   * @param labels one-hot, of the outputs' shape
   * @param mask the labels' mask, such as [examples, steps], or null
   * @return the curve
   * @throws IllegalArgumentException if the shapes differ, labels are not one-hot, outputs do not
   *     sum to 1, all rows are masked, or the rule is for another number of members
   */
  public static EnsembleCurve of(
      CombinationRule rule, List<INDArray> outputs, INDArray labels, @Nullable INDArray mask) {
    Arguments.notNull("rule", rule);
    Arguments.notNull("labels", labels);
    CombinationRule.check(outputs);
    rule.checkMembers(outputs.size());
    return new EnsembleCurve(rule, outputs, labels, mask);
  }

  /** {@return the scores of the first member, the first two, .., all} */
  public List<ClassificationScores> together() {
    return together;
  }

  /** {@return the scores of each member; empty if members are no classifiers} */
  public List<ClassificationScores> alone() {
    return alone;
  }

  /** {@return error and NLL by the number of members: a line for the ensemble, a point a member} */
  public ChartGrid chart() {
    return ChartGrid.of(
        "Members and ensemble",
        2,
        List.of(
            chart("error %", score -> 100 * (1 - score.accuracy())),
            chart("NLL", ClassificationScores::nll)));
  }

  private Chart chart(String measure, ToDoubleFunction<ClassificationScores> of) {
    double[] x = new double[together.size()];
    for (int k = 0; k < x.length; k++) {
      x[k] = k + 1.0;
    }
    ChartBuilder chart = Chart.titled(measure).width(420).x(Axis.linear("members"));
    chart.line("ensemble", x, together.stream().mapToDouble(of).toArray());
    if (!alone.isEmpty()) {
      chart.points("member alone", x, alone.stream().mapToDouble(of).toArray());
      chart.baseline("member alone");
    }
    return chart.build();
  }

  @Override
  public String toString() {
    ClassificationScores all = together.get(together.size() - 1);
    return String.format(
        Locale.ROOT,
        "EnsembleCurve(%d members: accuracy=%.4f, nll=%.4f)",
        together.size(),
        all.accuracy(),
        all.nll());
  }
}
