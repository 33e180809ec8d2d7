package io.github.dl4jx.studies.biasvariance;

import io.github.dl4jx.studies.Study;
import io.github.dl4jx.studies.StudyRun;
import io.github.dl4jx.studies.console.Progress;
import io.github.dl4jx.studies.log.CurveLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bias and variance of one network, independent ensembles and boosting, with weak and strong
 * members, over training samples that share no example; see {@link Decomposition}.
 *
 * <p>{@code -Dstudy.runs=N} takes N samples; the default is 20. {@code -Dstudy.quick} takes 3
 * samples, ensembles of 3 and 2 epochs.
 */
public final class BiasVarianceStudy implements Study {

  private static final Logger LOG = LoggerFactory.getLogger(BiasVarianceStudy.class);

  private static final int EXAMPLES = 1_000;
  private static final int MOST_SAMPLES = 60;

  @Override
  public void run(Context context) throws IOException {
    boolean quick = context.quick();
    int samples = context.runs(quick ? 3 : 20);
    if (samples < 2 || samples > MOST_SAMPLES) {
      throw new IllegalArgumentException("study.runs must be in 2..60, got " + samples);
    }
    int members = quick ? 3 : 10;
    int epochs = context.epochs(quick ? 2 : 20);
    DataSet train = context.train(samples * EXAMPLES);
    DataSet test = context.test();
    String settings = settings(samples, members, epochs);
    String key = context.label() + "; " + settings;
    Predictions predictions = Predictions.in(context.folder(), key);
    List<Learner> learners = Learner.all();
    train(
        context,
        learners,
        samples,
        predictions,
        (learner, sample) -> {
          int from = (int) (sample - 1) * EXAMPLES;
          DataSet own = (DataSet) train.getRange(from, from + EXAMPLES);
          return learner.train(own, members, epochs, sample, test.getFeatures());
        });
    CurveLog<BiasVarianceLine> log =
        CurveLog.open(context.folder(), key + "; decomposed", BiasVarianceLine.FORM);
    int[] labels = test.getLabels().argMax(1).toIntVector();
    int classes = test.numOutcomes();
    for (Learner learner : learners) {
      float[][][] all = new float[samples][][];
      for (int s = 0; s < samples; s++) {
        all[s] = predictions.of(learner.label(), s + 1L, classes);
      }
      long sample = 0;
      for (Decomposition.Part part : Decomposition.of(labels, all)) {
        sample++;
        log.add(
            learner.label(),
            sample,
            List.of(BiasVarianceLine.of(context.label(), learner, sample, part)));
      }
    }
    List<String> names = learners.stream().map(Learner::label).collect(Collectors.toList());
    List<BiasVarianceLine> lines = log.complete(names, samples);
    predictions.complete();
    new BiasVarianceReport("Bias and variance on " + context.label(), settings, lines)
        .show(context.folder());
  }

  /** How a learner's probabilities for the test examples come about. */
  private interface Maker {
    INDArray make(Learner learner, long sample);
  }

  /** Makes the runs that are missing: all learners on a sample, then on the next. */
  private static void train(
      Context context, List<Learner> learners, int samples, Predictions predictions, Maker maker)
      throws IOException {
    List<StudyRun> missing = new ArrayList<>();
    AtomicLong done = new AtomicLong();
    long total = (long) learners.size() * samples;
    try (Progress progress = Progress.of("Training", total, " runs", 1)) {
      for (long sample = 1; sample <= samples; sample++) {
        for (Learner learner : learners) {
          if (predictions.contains(learner.label(), sample)) {
            done.incrementAndGet();
            continue;
          }
          long s = sample;
          missing.add(
              new StudyRun(
                  learner.label(),
                  s,
                  () -> Predictions.file(maker.make(learner, s)),
                  file -> {
                    predictions.keep(learner.label(), s, file);
                    progress.accept(done.incrementAndGet());
                  }));
        }
      }
      if (done.get() > 0) {
        LOG.info("Going on with an interrupted study: {} of {} runs are done", done, total);
      }
      progress.resume(done.get());
      context.make(missing);
    }
  }

  private static String settings(int samples, int members, int epochs) {
    return String.format(
        "%d training samples of %,d examples that share none, 10,000 test examples; 784-%d-10"
            + " (weak) and 784-%d-10 (strong), tanh, Adam %s and %s, batch %d, %d epochs a member, %d"
            + " members; gradient boosting: learning rate %s. Initial weights and the order of the"
            + " examples differ from sample to sample: what they do is variance, too.",
        samples,
        EXAMPLES,
        Learner.WEAK_UNITS,
        Learner.STRONG_UNITS,
        Learner.WEAK_RATE,
        Learner.STRONG_RATE,
        Learner.BATCH,
        epochs,
        members,
        Learner.GRADIENT_RATE);
  }
}
