package io.github.dl4jx.studies.run;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyRun;
import io.github.dl4jx.studies.console.Progress;
import io.github.dl4jx.studies.log.Run;
import io.github.dl4jx.studies.log.RunLog;
import io.github.dl4jx.studies.run.Technique.Trained;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs every technique from every seed, and scores it on the test data. */
public final class StudyRunner {

  private static final Logger log = LoggerFactory.getLogger(StudyRunner.class);

  private static final int INFERENCE_PASSES = 5;
  private static final int WARM_UP_EXAMPLES = 2000;

  private final Study.Context context;
  private final Map<String, Technique> techniques;
  private final DataSet train;
  private final DataSet test;

  /**
   * Prepares the runs.
   *
   * @param techniques by name, the cheapest first
   */
  public StudyRunner(
      Study.Context context, Map<String, Technique> techniques, DataSet train, DataSet test) {
    this.context = context;
    this.techniques = techniques;
    this.train = train;
    this.test = test;
  }

  /**
   * Runs what the log in the study's folder does not hold yet.
   *
   * @param settings what else the runs depend on, in words
   * @param seeds number of seeds, from 1
   * @return all runs, in the order of the techniques and seeds
   */
  public List<Run> run(String settings, int seeds) throws IOException {
    RunLog runs = RunLog.open(context.folder(), settings, context.label());
    if (runs.size() > 0) {
      log.info("Going on with an interrupted study: {} runs are done", runs.size());
    }
    warmUp();
    List<String> names = List.copyOf(techniques.keySet());
    List<Map.Entry<String, Technique>> longestFirst = new ArrayList<>(techniques.entrySet());
    Collections.reverse(longestFirst);
    try (Progress progress = Progress.of("Training", (long) names.size() * seeds, " runs", 1)) {
      progress.resume(runs.size());
      List<StudyRun> missing = new ArrayList<>();
      for (Map.Entry<String, Technique> technique : longestFirst) {
        for (int seed = 1; seed <= seeds; seed++) {
          int s = seed;
          if (!runs.contains(technique.getKey(), s)) {
            missing.add(
                new StudyRun(
                    technique.getKey(),
                    s,
                    () -> RunLog.file(measure(technique.getKey(), technique.getValue(), s)),
                    file -> {
                      runs.keep(file);
                      progress.accept(runs.size());
                    }));
          }
        }
      }
      context.make(missing);
    }
    return runs.complete(names);
  }

  /** So that the first run's time is not that of compiling the program. */
  private void warmUp() {
    DataSet few = (DataSet) train.getRange(0, Math.min(WARM_UP_EXAMPLES, train.numExamples()));
    try (Trained trained = techniques.values().iterator().next().train(0, few)) {
      ClassificationScores.of(few.getLabels(), trained.output().apply(few.getFeatures()));
    } catch (Exception e) {
      throw new IllegalStateException("warming up failed: " + e, e);
    }
  }

  private Run measure(String name, Technique technique, long seed) throws Exception {
    long start = System.nanoTime();
    try (Trained trained = technique.train(seed, train)) {
      double trainSeconds = (System.nanoTime() - start) / 1e9;
      double[] passes = new double[INFERENCE_PASSES];
      INDArray features = test.getFeatures();
      INDArray probabilities = MnistNetwork.outputs(trained.output(), features);
      for (int pass = 0; pass < passes.length; pass++) {
        long begin = System.nanoTime();
        MnistNetwork.outputs(trained.output(), features);
        passes[pass] = (System.nanoTime() - begin) / 1e3 / test.numExamples();
      }
      Arrays.sort(passes);
      return Run.of(
          context.label(),
          name,
          seed,
          test.getLabels(),
          probabilities,
          trainSeconds,
          passes[passes.length / 2]);
    }
  }
}
