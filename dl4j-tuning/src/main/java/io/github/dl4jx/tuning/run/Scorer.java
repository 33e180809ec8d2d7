package io.github.dl4jx.tuning.run;

import io.github.dl4jx.random.internal.Arguments;
import java.util.function.Supplier;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/** A score calculator that several threads use: one for all, one at a time, or one for each. */
final class Scorer {

  private final ScoreCalculator<?> first;
  private final @Nullable ThreadLocal<ScoreCalculator<?>> each;

  /** Whether the one for all has thrown: its iterator may stand in the middle of the data. */
  private boolean unfinished;

  private Scorer(ScoreCalculator<?> first, @Nullable ThreadLocal<ScoreCalculator<?>> each) {
    this.first = first;
    this.each = each;
  }

  static Scorer of(ScoreCalculator<?> calculator) {
    return new Scorer(Arguments.notNull("calculator", calculator), null);
  }

  static Scorer of(Supplier<? extends ScoreCalculator<?>> calculators) {
    Arguments.notNull("calculators", calculators);
    return new Scorer(made(calculators), ThreadLocal.withInitial(() -> made(calculators)));
  }

  private static ScoreCalculator<?> made(Supplier<? extends ScoreCalculator<?>> calculators) {
    return Arguments.notNull("what calculators give", calculators.get());
  }

  boolean minimizes() {
    return first.minimizeScore();
  }

  /** Its class, for the search's file. */
  String name() {
    return first.getClass().getName();
  }

  double score(Model network) {
    if (each != null) {
      return score(each, network);
    }
    synchronized (first) { // its iterator has one position
      if (unfinished) {
        score(first, network); // to the end of the data, where Deeplearning4j's begin anew
      }
      unfinished = true;
      double score = score(first, network);
      unfinished = false;
      return score;
    }
  }

  private static double score(ThreadLocal<ScoreCalculator<?>> each, Model network) {
    try {
      return score(each.get(), network);
    } catch (RuntimeException | Error e) {
      each.remove(); // its iterator may stand in the middle of the data
      throw e;
    }
  }

  @SuppressWarnings("unchecked") // a calculator of another kind of network throws
  private static double score(ScoreCalculator<?> calculator, Model network) {
    return ((ScoreCalculator<Model>) calculator).calculateScore(network);
  }
}
