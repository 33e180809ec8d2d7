package io.github.dl4jx.benchmarks.arbiter;

import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.guard.BroadcastGuard;
import io.github.dl4jx.tuning.run.Search;
import io.github.dl4jx.tuning.run.SearchResult;
import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.schedule.FullTraining;
import io.github.dl4jx.tuning.schedule.Hyperband;
import io.github.dl4jx.tuning.schedule.Schedule;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Searches with Arbiter and with this library, one after the other in one process, one thread each.
 *
 * <p>A round has a seed, and in turn another order: Arbiter's random search, our random search with
 * the same space, number of trials, epochs and network, and our Hyperband in the CPU time that
 * Arbiter took. After the rounds the first candidate gets a learning rate with which it diverges.
 */
public final class ArbiterComparison {

  private static final int TRIALS = 12;
  private static final int EPOCHS = 27;
  private static final int ROUNDS = 7;
  private static final double DIVERGES = 1e20;

  private ArbiterComparison() {}

  /** Prints the comparison. */
  public static void main(String[] args) {
    BroadcastGuard.install();
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    for (int i = 0; i < 2; i++) { // so that nobody pays for compiling
      ArbiterSearch.best(5, EPOCHS, -1, 0);
      random(5, -1, 0);
    }
    double[] ratios = new double[ROUNDS];
    double[][] scores = new double[3][ROUNDS];
    int better = 0;
    say("       CPU seconds               wall seconds     best loss");
    say("round  Arbiter   ours   ratio    Arbiter   ours   Arbiter  our random  our Hyperband");
    for (int i = 0; i < ROUNDS; i++) {
      double[] cpu = new double[2];
      double[] wall = new double[2];
      for (int turn = 0; turn < 2; turn++) {
        int who = (i + turn) % 2;
        double before = cpuSeconds();
        long start = System.nanoTime();
        scores[who][i] = who == 0 ? ArbiterSearch.best(TRIALS, EPOCHS, i, 0) : random(TRIALS, i, 0);
        wall[who] = (System.nanoTime() - start) / 1e9;
        cpu[who] = cpuSeconds() - before;
      }
      scores[2][i] = hyperband(i, cpu[0]);
      ratios[i] = cpu[1] / cpu[0];
      better += scores[2][i] < scores[0][i] ? 1 : 0;
      say(
          "%5d %8.2f %6.2f %7.3f %10.2f %6.2f %9.4f %11.4f %14.4f",
          i, cpu[0], cpu[1], ratios[i], wall[0], wall[1], scores[0][i], scores[1][i], scores[2][i]);
    }
    say(
        "random search, %d trials of %d epochs: ours takes %.3f of Arbiter's CPU time (median of"
            + " %d)",
        TRIALS, EPOCHS, median(ratios), ROUNDS);
    say(
        "best loss in Arbiter's CPU time: Arbiter %.4f, our Hyperband %.4f (medians), ours better"
            + " in %d of %d",
        median(scores[0]), median(scores[2]), better, ROUNDS);
    say(
        "the first of 5 candidates diverges, the best score is: Arbiter %.4f, ours %.4f",
        ArbiterSearch.best(5, EPOCHS, 0, DIVERGES), random(5, 0, DIVERGES));
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Of all threads: what else the machine does is not in it. */
  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  private static double random(int trials, long seed, double firstRate) {
    Search search = search(FullTraining.maxEpochs(EPOCHS), seed, firstRate).build();
    try (SearchResult result = search.run(TrainingData.of(Problem.TRAIN, Problem.BATCH), trials)) {
      return result.best().score();
    }
  }

  /** Ends a search in the middle. */
  private static final class Over extends RuntimeException {

    private static final long serialVersionUID = 1;
  }

  /** The best score before a CPU time is over. */
  private static double hyperband(long seed, double seconds) {
    double end = cpuSeconds() + seconds;
    double[] best = {Double.POSITIVE_INFINITY};
    Search search =
        search(Hyperband.maxEpochs(EPOCHS), seed, 0)
            .listener(
                (trial, progress) -> {
                  if (cpuSeconds() > end) {
                    throw new Over();
                  }
                  best[0] = Math.min(best[0], trial.score().orElse(Double.POSITIVE_INFINITY));
                })
            .build();
    try (SearchResult all =
        search.run(TrainingData.of(Problem.TRAIN, Problem.BATCH), Integer.MAX_VALUE)) {
      return all.best().score();
    } catch (Over over) {
      return best[0];
    }
  }

  private static Search.Builder search(Schedule schedule, long seed, double firstRate) {
    SearchSpace space = new SearchSpace();
    Parameter<Double> rate = space.logUniform("rate", Problem.RATE[0], Problem.RATE[1]);
    Parameter<Double> l2 = space.logUniform("l2", Problem.L2[0], Problem.L2[1]);
    Parameter<Double> deviation =
        space.logUniform("deviation", Problem.DEVIATION[0], Problem.DEVIATION[1]);
    Parameter<Double> momentum =
        space.uniform("momentum", Problem.MOMENTUM[0], Problem.MOMENTUM[1]);
    return Search.of(
            space,
            trial ->
                Problem.configuration(
                    trial.number() == 0 && firstRate > 0 ? firstRate : trial.get(rate),
                    trial.get(l2),
                    trial.get(deviation),
                    trial.get(momentum),
                    trial.seed()))
        .score(new Loss())
        .sampler(new RandomSearch())
        .schedule(schedule)
        .seed(seed);
  }

  /** The loss, as a score of ours. */
  private static final class Loss implements ScoreCalculator<MultiLayerNetwork> {

    @Override
    public double calculateScore(MultiLayerNetwork net) {
      return Problem.loss(net);
    }

    @Override
    public boolean minimizeScore() {
      return true;
    }
  }
}
