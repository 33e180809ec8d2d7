package io.github.dl4jx.tuning.sample;

import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Not a test: prints how good the samplers are, and what a suggestion costs; before it, in the same
 * run, the figures of Optuna if the path of {@code benchmarks/peers/optuna_tpe.py} is given.
 */
final class TpeFigures {

  private TpeFigures() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    for (String peer : args) {
      int exit = new ProcessBuilder("/usr/bin/python3", peer).inheritIO().start().waitFor();
      System.out.println(
          exit == 0 ? "" : peer + " ended with " + exit + ": no figures of the peer");
    }
    Map<String, Sampler> samplers = new TreeMap<>();
    samplers.put("random", new RandomSearch());
    samplers.put("sobol", new SobolSearch());
    samplers.put("tpe", Tpe.builder().build());
    samplers.put("bohb", Bohb.builder().build());
    for (Functions function : Functions.values()) {
      int seeds = function == Functions.BRANIN || function == Functions.HARTMANN6 ? 30 : 10;
      samplers.forEach(
          (name, sampler) -> {
            double[] regrets = function.regrets(sampler, seeds);
            System.out.printf(
                Locale.ROOT,
                "%-10s %-6s %d seeds: mean %.4f, median %.4f%n",
                function,
                name,
                seeds,
                Functions.mean(regrets),
                Functions.median(regrets));
          });
    }
    cost("uniform", space(false));
    cost("of all kinds", space(true));
  }

  private static SearchSpace space(boolean mixed) {
    SearchSpace space = new SearchSpace();
    for (int i = 0; i < 2; i++) {
      if (mixed) {
        space.logUniform("rate" + i, 1e-4, 1);
        space.logInt("hidden" + i, 16, 512);
        space.choice("updater" + i, "adam", "sgd", "lion");
        space.integer("layers" + i, 1, 9);
        space.quantized("dropout" + i, 0, 1, 0.1);
      } else {
        for (int j = 0; j < 5; j++) {
          space.uniform("x" + i + j, 0, 1);
        }
      }
    }
    return space.complete();
  }

  /** The processor time of this thread: that of the clock depends on what else runs. */
  private static void cost(String name, SearchSpace space) {
    History none = new History(space, true, List.of());
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      Point point = new RandomSearch().suggest(none, i, 5).orElseThrow();
      double score = 0;
      for (int j = 0; j < 10; j++) {
        score += Math.pow(point.coordinate(j), 2);
      }
      trials.add(Trial.begin(i, point).scored(1, score).in(Trial.State.FINISHED));
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double[] clock = new double[1000];
    double[] processor = new double[clock.length];
    for (int i = -1000; i < clock.length; i++) {
      long start = System.nanoTime();
      long startProcessor = threads.getCurrentThreadCpuTime();
      Tpe.builder().build().suggest(new History(space, true, trials), 1000 + i, 7);
      if (i >= 0) {
        processor[i] = (threads.getCurrentThreadCpuTime() - startProcessor) / 1e6;
        clock[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(clock);
    Arrays.sort(processor);
    System.out.printf(
        Locale.ROOT,
        "suggestion at 1,000 trials x 10 parameters (%s): median %.2f ms, of the processor %.2f ms%n",
        name,
        Functions.median(clock),
        Functions.median(processor));
  }
}
